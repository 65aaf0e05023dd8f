import * as z from 'zod';
import { pathOf } from '../../../kubernetes/apimachinery/api-resource.ts';
import { UserError } from '../../../kubernetes/apimachinery/errors.ts';
import { readObject } from '../../../kubernetes/client/read-object.ts';
import { holdsMarker } from '../../../kubernetes/text/markers.ts';
import { readRedacted } from '../../../kubernetes/text/reading.ts';
import {
  assertFilePath,
  MAX_FILE,
  readContainerFile,
  writeContainerFile,
} from '../../../kubernetes/workloads/container-files.ts';
import { chooseContainer } from '../../../kubernetes/workloads/containers.ts';
import type { Pod } from '../../../kubernetes/workloads/pods.ts';
import { changeOf } from '../../../kubernetes/writes/target.ts';
import { defineTool, type ToolContext } from '../../core/tool.ts';
import * as parameters from '../parameters.ts';
import { shownOutput } from '../parts/program-output.ts';
import { refuseUnlessRunning } from '../parts/running-container.ts';
import { placeOf, readWorkspaceFile, writeWorkspaceFile } from '../parts/workspace-files.ts';

const TIMEOUT_MS = 60_000;
const MAX_SHOWN = 20_000;

const input = {
  name: parameters.name,
  path: z.string(),
  direction: z.enum(['in', 'out']),
  content: z.string().optional(),
  workspaceFile: z.string().optional().describe('Instead of content, or to save to'),
  container: z.string().optional(),
  namespace: parameters.namespace,
};

type Input = z.infer<z.ZodObject<typeof input>>;

export const copyFiles = defineTool({
  name: 'copy_files',
  title: 'Copy Files',
  description: 'Copy a text file into a container (path) or out of it; out with credentials redacted.',
  access: 'exec',
  input,
  async run(given, call) {
    const { connection, signal, helm, writer } = call;
    assertFilePath(given.path);
    const content = given.direction === 'in' ? await contentOf(given, helm.workspace) : undefined;
    if (content === undefined && given.content !== undefined)
      throw new UserError('content goes with direction=in only.');
    // Before anything is read: where it could not be saved, nobody needs to be asked.
    if (content === undefined && given.workspaceFile !== undefined) await placeOf(helm.workspace, given.workspaceFile);
    const resource = await connection.discovery.resolve('pods', 'v1');
    const place = given.namespace || connection.namespace;
    connection.client.assertPermitted({ path: pathOf(resource, place, given.name, 'exec') });
    const pod = await readObject<Pod>(connection.client, resource, place, given.name, signal);
    const container = chooseContainer(pod, given.container);
    refuseUnlessRunning(pod, container);
    const { uid } = pod.metadata ?? {};
    const target = { resource, namespace: place, name: given.name };
    const change = { ...changeOf(target, connection, 'exec', { uid }), summary: summaryOf(given, container, content) };
    await writer.review([change]);
    const file = {
      ...{ namespace: place, pod: given.name, uid, container, path: given.path },
      ...{ timeout: TIMEOUT_MS, signal },
    };
    const where = `${given.path} in container ${container} of pod "${given.name}" in namespace ${place} (context ${connection.context.name})`;
    if (content !== undefined) {
      await writer.write(change, () => writeContainerFile(connection.client, file, Buffer.from(content)));
      return { text: `Wrote ${Buffer.byteLength(content)} bytes to ${where}.` };
    }
    const read = await writer.write(change, () => readContainerFile(connection.client, file));
    return { text: await outText(read, given, where, call) };
  },
});

async function contentOf({ content, workspaceFile }: Input, workspace: string | undefined): Promise<string> {
  if ((content === undefined) === (workspaceFile === undefined))
    throw new UserError('direction=in takes either content or workspaceFile.');
  const text = content ?? (await readWorkspaceFile(workspace, workspaceFile ?? '', MAX_FILE));
  if (Buffer.byteLength(text) > MAX_FILE) throw new UserError(`At most ${MAX_FILE} bytes are copied.`);
  // Written back, a marker would take the place of the value.
  if (holdsMarker(text))
    throw new UserError(
      'The text holds a marker for a redacted value, which would overwrite the value. Change the file in the container instead, such as with sed.',
    );
  return text;
}

function summaryOf({ path, workspaceFile }: Input, container: string, content: string | undefined): string {
  if (content === undefined)
    return `Read ${path} of container ${container}${workspaceFile ? `, and save it as ${workspaceFile} in the workspace` : ''}.`;
  return `Write ${Buffer.byteLength(content)} bytes${workspaceFile ? ` of ${workspaceFile}` : ''} to ${path} of container ${container}:\n\n${content}`;
}

async function outText(read: Buffer, { workspaceFile }: Input, where: string, call: ToolContext): Promise<string> {
  const text = read.toString('utf8');
  if (text.includes('\0') || !Buffer.from(text).equals(read))
    throw new UserError(`${where} is no text: ${read.length} bytes. Only text is copied.`);
  if (workspaceFile === undefined)
    return `${read.length} bytes from ${where}:\n${await shownOutput(read, MAX_SHOWN, 'workspaceFile saves all of it')}`;
  const clean = await readRedacted(text);
  await writeWorkspaceFile(call.helm.workspace, workspaceFile, clean);
  const note = clean === text ? '' : ' Credentials in it are redacted.';
  return `Saved ${Buffer.byteLength(clean)} bytes from ${where} as ${workspaceFile} in the workspace.${note}`;
}
