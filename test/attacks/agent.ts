import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
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

type Answer = 'Apply' | 'Reject';

interface Running {
  /** How it was started. */
  arguments: string;
  server: McpServer;
  journal: string;
  /** What its current user is asked, and answers. */
  user: { asked: string[]; answer: Answer };
}

/** For the next test, if it wants one with the same arguments. */
let idle: Running | undefined;

after(async () => {
  if (idle) await stop(idle);
  idle = undefined;
});

/** Runs an agent whose user answers every question the same way, and whose journal is empty. */
export async function withAgent(
  args: readonly string[],
  run: (agent: Agent) => Promise<void>,
  answer: Answer = 'Apply',
): Promise<void> {
  const running = await start(args);
  const { server } = running;
  const user = { asked: [], answer };
  running.user = user;
  const entries = () => entriesOf(running.journal);
  const before = (await entries()).length;
  let passed = false;
  try {
    await run({
      asked: user.asked,
      journal: async () => (await entries()).slice(before),
      call: (...call) => server.call(...call),
      text: (...call) => server.text(...call),
      error: (...call) => server.error(...call),
    });
    passed = true;
  } finally {
    // What a failed test leaves says nothing about the next one.
    if (passed && !idle) idle = running;
    else await stop(running);
  }
}

async function start(args: readonly string[]): Promise<Running> {
  const kept = idle;
  idle = undefined;
  if (kept?.arguments === JSON.stringify(args)) return kept;
  if (kept) await stop(kept);
  const journal = join(await mkdtemp(join(tmpdir(), 'mcp-k8s-attack-')), 'journal');
  const { kubeconfig } = await testCluster();
  const server = await McpServer.start(kubeconfig('admin'), ['--journal', journal, ...args], {}, { elicitation: {} });
  const running: Running = { arguments: JSON.stringify(args), server, journal, user: { asked: [], answer: 'Reject' } };
  server.client.setRequestHandler(ElicitRequestSchema, ({ params }) => {
    running.user.asked.push(params.message);
    return { action: 'accept', content: { decision: running.user.answer } };
  });
  return running;
}

async function stop({ server, journal }: Running): Promise<void> {
  await server.stop();
  await rm(dirname(journal), { recursive: true });
}

async function entriesOf(journal: string): Promise<JournalEntry[]> {
  const text = await readFile(journal, 'utf8').catch(() => '');
  return text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as JournalEntry]));
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
