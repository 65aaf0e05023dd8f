import * as z from 'zod';
import { parseDuration } from '../../../kubernetes/apimachinery/duration.ts';
import { locate } from '../../../kubernetes/client/read-object.ts';
import { lineFilter } from '../../../kubernetes/workloads/line-filter.ts';
import { readNodeLog } from '../../../kubernetes/workloads/node-logs.ts';
import { MAX_CHARACTERS } from '../../core/response.ts';
import { defineTool } from '../../core/tool.ts';
import * as parameters from '../parameters.ts';
import { examined, extentText, lineText } from '../parts/log-text.ts';

/** How many lines grep searches. */
const SEARCHED = 20_000;
const HEAD = 2_000;

export const getNodeLogs = defineTool({
  name: 'get_node_logs',
  title: 'Get Node Logs',
  description: "Get the newest lines of a node's log: a service's, or a file's below /var/log.",
  access: 'read',
  // A node's logs name pods of every namespace.
  switch: 'list',
  toolset: 'node',
  input: {
    name: parameters.name,
    log: z.string().default('kubelet').describe('/ lists the files'),
    tailLines: z.int().min(1).max(10_000).default(100),
    since: z.string().optional(),
    grep: z.string().optional(),
  },
  async run({ name, log, tailLines, since, grep }, { connection, signal }) {
    const { resource } = await locate(connection, { kind: 'Node', name, apiVersion: 'v1' }, signal);
    const sinceSeconds = since === undefined ? undefined : Math.max(1, Math.ceil(parseDuration(since) / 1_000));
    const filter = grep ? await lineFilter(grep) : undefined;
    const wanted = log.replace(/^\/(?:var\/log\/?)?/, '');
    const request = { node: name, log: wanted, lines: filter ? SEARCHED : tailLines, sinceSeconds, signal };
    const found = await readNodeLog(connection.client, resource, request);
    const where = `node ${name} (context ${connection.context.name})`;
    if ('names' in found) {
      const nothing = /^\/?$/.test(wanted) ? 'nothing but logs of pods, which get_pod_logs reads.' : 'it is empty.';
      const missing = wanted === '' || wanted.endsWith('/') ? '' : `no service log and no file "${wanted}"; `;
      return {
        text: `/var/log of ${where}: ${missing}${found.names.length > 0 ? `there is:\n${found.names.join('\n')}` : nothing}`,
      };
    }
    const shown = examined(found, filter, tailLines);
    const kept = fitting(shown.lines.map(lineText));
    const isSince = found.from === 'service';
    const head = [
      extentText([shown], { since: isSince ? since : undefined, grep, tailLines, isWhole: true, kept: kept.length }),
      ...(since !== undefined && !isSince ? ['since holds for services only.'] : []),
      ...(kept.length < shown.lines.length ? ['Cut to the newest that fit: use grep or since.'] : []),
    ].join(' ');
    return { text: [`${wanted} of ${where}: ${head}`, '', ...kept].join('\n') };
  },
});

function fitting(lines: readonly string[]): readonly string[] {
  let left = MAX_CHARACTERS - HEAD;
  const from = lines.findLastIndex((text) => {
    left -= text.length + 1;
    return left < 0;
  });
  return lines.slice(from + 1);
}
