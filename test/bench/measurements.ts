import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import type { Cluster } from '../cluster/running-cluster.ts';
import { treeMemory } from './memory.ts';
import { processorTimeOf } from './processor-time.ts';
import { kinds, type ListInput, namesIn, namespace, type Server } from './servers.ts';
import { type Answer, type Command, Session } from './session.ts';
import { interleaved, median, timed } from './timing.ts';

/** The two servers compared. */
export interface Pair<T> {
  ours: T;
  theirs: T;
}

/** Milliseconds until a server has finished its background work after an answer. */
const IDLE_AFTER = 2_000;
/** Calls before warm ones are measured. */
const WARM_UP = 200;

/** Milliseconds from spawn to the `initialize` answer of each command; `node` is `node -e 0`. */
export async function startTimes<Name extends string>(
  runs: number,
  commands: Record<Name, Command>,
): Promise<Record<Name | 'node', number>> {
  const samplers: Record<string, () => Promise<number>> = { node: emptyNode };
  for (const [name, command] of Object.entries<Command>(commands)) {
    samplers[name] = async () => {
      const { ms, value: session } = await timed(() => Session.start(command));
      await session.stop();
      return ms;
    };
  }
  // The first start warms the disk cache and fills the compile cache.
  await interleaved(1, samplers);
  return medians(await interleaved(runs, samplers));
}

/** A session's cost before and with its first calls; medians over several sessions. */
export interface EarlySession {
  toolsBytes: number;
  tools: number;
  /** Memory in bytes, `IDLE_AFTER` milliseconds after `initialize` and `tools/list`. */
  idle: number;
  firstGet: number;
  /** The next calls. */
  nextGets: number;
}

/** New sessions of each server, alternating. */
export async function earlySessions(runs: number, servers: Pair<Server>): Promise<Pair<EarlySession>> {
  const samples: Pair<EarlySession[]> = { ours: [], theirs: [] };
  await interleaved(runs, {
    ours: async () => samples.ours.push(await earlySession(servers.ours)),
    theirs: async () => samples.theirs.push(await earlySession(servers.theirs)),
  });
  const middle = (sessions: EarlySession[]): EarlySession => {
    const of = (key: keyof EarlySession) => median(sessions.map((session) => session[key]));
    return {
      toolsBytes: of('toolsBytes'),
      tools: of('tools'),
      idle: of('idle'),
      firstGet: of('firstGet'),
      nextGets: of('nextGets'),
    };
  };
  return { ours: middle(samples.ours), theirs: middle(samples.theirs) };
}

async function earlySession(server: Server): Promise<EarlySession> {
  return withSession(server.start, async (session) => {
    const { bytes, result } = await session.request('tools/list');
    await delay(IDLE_AFTER);
    const { now } = await treeMemory(session.pid);
    const times: number[] = [];
    for (let index = 0; index < 6; index++) times.push(await getPod(server, session, index));
    return {
      toolsBytes: bytes,
      tools: result?.tools?.length ?? 0,
      idle: now,
      firstGet: times[0] ?? Number.NaN,
      nextGets: median(times.slice(1)),
    };
  });
}

/** Medians of a list: milliseconds to its end, bytes and number of its answers. */
export interface ListCost {
  ms: number;
  bytes: number;
  answers: number;
}

/** A way to list. */
export interface Way {
  run(): Promise<Answer[]>;
  /** The number of objects in the answers. */
  names(answers: Answer[]): Set<string>;
}

/** One list in several ways: by each server at each page size, and by a bare request. */
export async function listCosts<Name extends string>(
  runs: number,
  expected: ReadonlySet<string>,
  ways: Record<Name, Way>,
): Promise<Record<Name, ListCost>> {
  const costs = {} as Record<Name, ListCost>;
  const samplers: Record<string, () => Promise<number>> = {};
  for (const [name, way] of Object.entries<Way>(ways) as [Name, Way][]) {
    samplers[name] = async () => {
      const { ms, value: answers } = await timed(() => way.run());
      checkNames(way.names(answers), expected, name);
      const bytes = answers.reduce((sum, answer) => sum + answer.bytes, 0);
      costs[name] = { ms, bytes, answers: answers.length };
      return ms;
    };
  }
  await interleaved(1, samplers);
  const times = medians(await interleaved(runs, samplers));
  for (const [name, cost] of Object.entries<ListCost>(costs)) cost.ms = times[name] ?? Number.NaN;
  return costs;
}

/** A list through a server's session. */
export function throughServer(server: Server, session: Session, input: ListInput): Way {
  return { run: () => server.list(session, input), names: (answers) => namesIn(answers, input.kind) };
}

/**
 * The Table request that a list comes down to, over a kept-alive connection. The body is read, and parsed only for the
 * continue token if the input has a page size.
 */
export function bareTable(
  { client }: Pick<Cluster, 'client'>,
  { kind, allNamespaces, labelSelector, limit }: ListInput,
): Way {
  const scope = allNamespaces ? '' : `/namespaces/${namespace}`;
  const query = new URLSearchParams({ includeObject: allNamespaces ? 'Metadata' : 'None' });
  if (labelSelector) query.set('labelSelector', labelSelector);
  if (limit) query.set('limit', String(limit));
  const accept = 'application/json;as=Table;g=meta.k8s.io;v=v1,application/json';
  return {
    async run() {
      const pages: Answer[] = [];
      for (let token: string | undefined; pages.length === 0 || token; ) {
        const path = `/api/v1${scope}/${kinds[kind].plural}?${query}${token ? `&continue=${token}` : ''}`;
        const { status, body } = await client.send('GET', path, { headers: { accept } });
        if (status !== 200) throw new Error(`GET ${path}: ${status} ${body}`);
        token = limit ? /^.{0,500}"continue":"([^"]+)"/s.exec(body)?.[1] : undefined;
        pages.push({ text: body, bytes: body.length });
      }
      return pages;
    },
    names(answers) {
      const tables = answers.map(({ text }) => JSON.parse(text) as { rows: { cells: string[] }[] });
      const seen = tables.flatMap(({ rows }) => rows.map(({ cells }) => cells[0] ?? ''));
      // Kubernetes adds a ConfigMap of its own to every namespace.
      return new Set(seen.filter((name) => name.startsWith(`${kinds[kind].prefix}-`)));
    },
  };
}

/** One `get` among many in succession: milliseconds until its answer, and of processor time. */
export async function getsInARow(
  count: number,
  servers: Pair<Server>,
  sessions: Pair<Session>,
): Promise<Pair<{ ms: number; processor: number }>> {
  let index = 0;
  const samplers = {
    ours: () => getPod(servers.ours, sessions.ours, index++),
    theirs: () => getPod(servers.theirs, sessions.theirs, index++),
  };
  // Code is compiled while it is used.
  await interleaved(WARM_UP, samplers);
  const before = await processorTimes(sessions);
  const ms = medians(await interleaved(count, samplers));
  const after = await processorTimes(sessions);
  const cost = (who: keyof Pair<Server>) => ({ ms: ms[who], processor: (after[who] - before[who]) / count });
  return { ours: cost('ours'), theirs: cost('theirs') };
}

async function processorTimes({ ours, theirs }: Pair<Session>): Promise<Pair<number>> {
  return { ours: await processorTimeOf(ours.pid), theirs: await processorTimeOf(theirs.pid) };
}

/** From spawn to a session's first answer: milliseconds, and of processor time. */
export interface FirstAnswer {
  get: number;
  list: number;
  processor: number;
}

/** New sessions of each server that are only asked one thing, a Pod or 100 Pods. */
export async function firstAnswers<Name extends string>(
  runs: number,
  servers: Record<Name, Server>,
): Promise<Record<Name, FirstAnswer>> {
  const processor: Record<string, number[]> = {};
  const samplers: Record<string, () => Promise<number>> = {};
  for (const [name, server] of Object.entries<Server>(servers)) {
    const times: number[] = [];
    processor[name] = times;
    samplers[`${name} get`] = async () => {
      const begin = performance.now();
      return withSession(server.start, async (session) => {
        await getPod(server, session, 0);
        const ms = performance.now() - begin;
        times.push(await processorTimeOf(session.pid));
        return ms;
      });
    };
    samplers[`${name} list`] = async () => {
      const begin = performance.now();
      return withSession(server.start, async (session) => {
        await server.list(session, { kind: 'Pod', labelSelector: 'group=g7', limit: 100 });
        return performance.now() - begin;
      });
    };
  }
  await interleaved(1, samplers);
  const times = medians(await interleaved(runs, samplers));
  const of = (name: string): FirstAnswer => ({
    get: times[`${name} get`] ?? Number.NaN,
    list: times[`${name} list`] ?? Number.NaN,
    processor: median(processor[name] ?? []),
  });
  return Object.fromEntries(Object.keys(servers).map((name) => [name, of(name)])) as Record<Name, FirstAnswer>;
}

/** The milliseconds until 50 concurrent `get` calls in one session are answered. */
export async function getsAtOnce(runs: number, servers: Pair<Server>, sessions: Pair<Session>): Promise<Pair<number>> {
  const burst = (server: Server, session: Session) => async () => {
    const calls = Array.from({ length: 50 }, (_, index) => getPod(server, session, index));
    return (await timed(() => Promise.all(calls))).ms;
  };
  return medians(
    await interleaved(runs, {
      ours: burst(servers.ours, sessions.ours),
      theirs: burst(servers.theirs, sessions.theirs),
    }),
  );
}

/** Passes a session of the command to `use`, then ends it. */
export async function withSession<T>(command: Command, use: (session: Session) => Promise<T>): Promise<T> {
  const session = await Session.start(command);
  try {
    return await use(session);
  } finally {
    await session.stop();
  }
}

async function getPod(server: Server, session: Session, index: number): Promise<number> {
  const name = `pod-${String(index % 2_000).padStart(4, '0')}`;
  const { ms, value } = await timed(() => server.getPod(session, name));
  if (!new RegExp(`^ {2}name: ${name}$`, 'm').test(value.text)) throw new Error(`the answer is not ${name}`);
  return ms;
}

async function emptyNode(): Promise<number> {
  const { ms } = await timed(() => once(spawn(process.execPath, ['-e', '0'], { stdio: 'ignore' }), 'close'));
  return ms;
}

function checkNames(seen: ReadonlySet<string>, expected: ReadonlySet<string>, what: string): void {
  const missing = expected.difference(seen).size;
  const extra = seen.difference(expected).size;
  if (missing + extra > 0) throw new Error(`${what}: ${missing} of ${expected.size} are missing, ${extra} too many`);
}

function medians<Name extends string>(samples: Record<Name, number[]>): Record<Name, number> {
  return Object.fromEntries(
    Object.entries<number[]>(samples).map(([name, values]) => [name, median(values)]),
  ) as Record<Name, number>;
}
