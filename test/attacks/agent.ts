import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ElicitRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import type { JournalEntry } from '../../src/kubernetes/writes/journal.ts';
import { testCluster } from '../server/environment.ts';
import { McpServer } from '../server/mcp-process.ts';

/** An agent at work, with what the user and the journal see of it. */
export interface Agent extends Pick<McpServer, 'call' | 'text' | 'error'> {
  /** The questions put to the user. */
  asked: string[];
  journal(): Promise<JournalEntry[]>;
}

/** Runs an agent whose user answers every question the same way. */
export async function withAgent(
  args: readonly string[],
  run: (agent: Agent) => Promise<void>,
  answer: 'Apply' | 'Reject' = 'Apply',
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'mcp-k8s-attack-'));
  const path = join(folder, 'journal');
  const { kubeconfig } = await testCluster();
  const server = await McpServer.start(kubeconfig('admin'), ['--journal', path, ...args], {}, { elicitation: {} });
  const asked: string[] = [];
  server.client.setRequestHandler(ElicitRequestSchema, ({ params }) => {
    asked.push(params.message);
    return { action: 'accept', content: { decision: answer } };
  });
  const journal = async () => {
    const text = await readFile(path, 'utf8').catch(() => '');
    return text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as JournalEntry]));
  };
  try {
    await run({
      asked,
      journal,
      call: (...call) => server.call(...call),
      text: (...call) => server.text(...call),
      error: (...call) => server.error(...call),
    });
  } finally {
    await server.stop();
    await rm(folder, { recursive: true });
  }
}

/** The ways to change a field of an object, each as `update_resource` arguments. */
export function routes(
  object: { apiVersion: string; kind: string; name: string },
  change: Record<string, unknown>,
): Record<string, Record<string, unknown>> {
  const { apiVersion, kind, name } = object;
  const { metadata = {}, ...rest } = change as { metadata?: object };
  const operations = leaves(change).map(({ path, value }) => ({ op: 'add', path, value }));
  return {
    apply: { manifest: JSON.stringify({ apiVersion, kind, metadata: { name, ...metadata }, ...rest }) },
    merge: { kind, name, patchType: 'merge', patch: JSON.stringify(change) },
    strategic: { kind, name, patchType: 'strategic', patch: JSON.stringify(change) },
    default: { kind, name, patch: JSON.stringify(change) },
    json: { kind, name, patchType: 'json', patch: JSON.stringify(operations) },
  };
}

// Down to where a value is no plain mapping of fields; what an operation adds to has to be there.
function leaves(value: Record<string, unknown>, above = '', depth = 0): { path: string; value: unknown }[] {
  return Object.entries(value).flatMap(([key, part]) => {
    const path = `${above}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    const isMapping = typeof part === 'object' && part !== null && !Array.isArray(part);
    return isMapping && depth < 1 ? leaves(part as Record<string, unknown>, path, depth + 1) : [{ path, value: part }];
  });
}
