import type { Cluster } from '../cluster/running-cluster.ts';
import { httpGets } from './http-gets.ts';
import {
  bareTable,
  earlySessions,
  firstAnswers,
  getsAtOnce,
  getsInARow,
  type ListCost,
  listCosts,
  startTimes,
  throughServer,
  withSession,
} from './measurements.ts';
import { treeMemory } from './memory.ts';
import type { Peer } from './peer.ts';
import { byteSize, milliseconds, type Row } from './report.ts';
import { kinds, type ListInput, ours as ourServer, theirs as theirServer } from './servers.ts';

/** What to measure, and where. */
export interface BenchInput {
  /** Holds the scale seed. */
  cluster: Pick<Cluster, 'client' | 'kubeconfig'>;
  /** Our bundle. */
  script: string;
  peer: Peer;
  /** An empty folder that serves as the servers' home. */
  home: string;
  quick: boolean;
  /** The page size of our lists. */
  limit: number;
  progress: (line: string) => void;
}

/** The best page for a client that wants all: 500 needs more requests; of 5,000, half is cut and requested again. */
export const defaultPage = 1_000;

/** Runs all measurements in sequence. */
export async function bench({ cluster, script, peer, home, quick, limit, progress }: BenchInput): Promise<Row[]> {
  const kubeconfig = cluster.kubeconfig('admin');
  const ours = ourServer(kubeconfig, script, home);
  const theirs = theirServer(kubeconfig, peer, home);
  const servers = { ours, theirs };
  const runs = quick
    ? { starts: 7, sessions: 3, lists: 5, row: 50, bursts: 1 }
    : { starts: 31, sessions: 9, lists: 15, row: 300, bursts: 3 };

  // Node caches what the first session compiles, so the first must be a typical one, as in an editor.
  await withSession(ours.start, async (session) => {
    await session.request('tools/list');
    await ours.getPod(session, 'pod-0000');
    await ours.list(session, { kind: 'Pod', limit: 100 });
  });
  progress('start');
  const starts = await startTimes(runs.starts, {
    ours: ours.start,
    bare: ours.bare,
    uncached: ours.uncached,
    theirs: theirs.start,
    launcher: theirs.launcher,
  });
  progress('first answers');
  const uncached = { ...ours, start: ours.uncached };
  const first = await firstAnswers(runs.sessions, { ours, uncached, theirs });
  progress('first calls');
  const early = await earlySessions(runs.sessions, servers);

  return withSession(ours.start, (ourSession) =>
    withSession(theirs.start, async (theirSession) => {
      const sessions = { ours: ourSession, theirs: theirSession };
      // Each group of the seed has a twentieth of the objects.
      const lists: [string, ListInput, Set<string>][] = [
        ['list 100 pods', { kind: 'Pod', labelSelector: 'group=g7' }, names('Pod', 2_000, 20, 7)],
        ['list 2,000 pods', { kind: 'Pod' }, names('Pod', 2_000)],
        ['list 2,000 pods, all namespaces', { kind: 'Pod', allNamespaces: true }, names('Pod', 2_000)],
        ['list 5,000 ConfigMaps', { kind: 'ConfigMap' }, names('ConfigMap', 5_000)],
      ];
      const listRows: Row[] = [];
      for (const [name, input, expected] of lists) {
        progress(name);
        const ways = {
          ours: throughServer(ours, sessions.ours, { ...input, limit }),
          theirs: throughServer(theirs, sessions.theirs, input),
          bare: bareTable(cluster, input),
          barePages: bareTable(cluster, { ...input, limit }),
        };
        listRows.push(...rowsOfList(name, await listCosts(runs.lists, expected, ways)));
      }
      progress('gets');
      const row = await getsInARow(runs.row, servers, sessions);
      progress('50 gets at once');
      const burst = await getsAtOnce(runs.bursts, servers, sessions);
      const http = await httpGets({ cluster, script, peer, home, progress });
      const peak = {
        ours: (await treeMemory(ourSession.pid)).peak,
        theirs: (await treeMemory(theirSession.pid)).peak,
      };
      return [
        duration('start, as the extension does it', starts.ours, starts.node, 1.6, 'node -e 0'),
        duration('start, by any launcher', starts.bare, starts.node, 1.6, 'node -e 0'),
        duration('start, without compile cache', starts.uncached, starts.node, 2, 'node -e 0'),
        duration('start, as the extension does it', starts.ours, starts.theirs),
        duration('start, the peer by its npm launcher', starts.ours, starts.launcher),
        duration('start and first get', first.ours.get, first.theirs.get, 1),
        duration('start and first get, without compile cache', first.uncached.get, first.theirs.get, 1.3),
        duration('start and first list of 100 pods', first.ours.list, first.theirs.list, 1),
        duration('start and first list, without compile cache', first.uncached.list, first.theirs.list, 1.3),
        duration('start and first get, processor time', first.ours.processor, first.theirs.processor),
        size('tools/list', early.ours.toolsBytes, early.theirs.toolsBytes, 1),
        { ...size('tools', early.ours.tools, early.theirs.tools), format: String },
        duration('get a Pod, first call of a session', early.ours.firstGet, early.theirs.firstGet, 1),
        duration('get a Pod, calls 2 to 6', early.ours.nextGets, early.theirs.nextGets, 1),
        duration(`get a Pod, warm, ${runs.row} in a row, each`, row.ours.ms, row.theirs.ms, 0.7),
        duration('get a Pod, warm, processor time of each', row.ours.processor, row.theirs.processor),
        duration('50 gets at once', burst.ours, burst.theirs, 1),
        ...http,
        ...listRows,
        size('memory, idle', early.ours.idle, early.theirs.idle, 1),
        size('memory, peak', peak.ours, peak.theirs, 1),
      ];
    }),
  );
}

function rowsOfList(name: string, costs: Record<'ours' | 'theirs' | 'bare' | 'barePages', ListCost>): Row[] {
  const { ours, theirs, bare, barePages } = costs;
  const title = `${name}, ${ours.answers} ${ours.answers === 1 ? 'page' : 'pages'}`;
  return [
    duration(title, ours.ms, theirs.ms, 1),
    duration(title, ours.ms, bare.ms, name.includes('2,000') ? 1.3 : undefined, 'bare Table'),
    ...(ours.answers > 1 ? [duration(title, ours.ms, barePages.ms, undefined, 'bare pages')] : []),
    size(`${name}, bytes`, ours.bytes, theirs.bytes, 1),
  ];
}

function names(kind: keyof typeof kinds, count: number, step = 1, first = 0): Set<string> {
  const indexes = Array.from({ length: count }, (_, index) => index).filter((index) => index % step === first);
  return new Set(indexes.map((index) => `${kinds[kind].prefix}-${String(index).padStart(4, '0')}`));
}

function duration(name: string, ours: number, other: number, target?: number, against?: string): Row {
  return { name, ours, other, format: milliseconds, ...(target && { target }), ...(against && { against }) };
}

function size(name: string, ours: number, other: number, target?: number): Row {
  return { name, ours, other, format: byteSize, ...(target && { target }) };
}
