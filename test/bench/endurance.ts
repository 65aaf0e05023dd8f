import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Agent } from 'undici';
import { UserError } from '../../src/kubernetes/apimachinery/errors.ts';
import { ApiClient } from '../../src/kubernetes/client/client.ts';
import { findContext, loadKubeconfig } from '../../src/kubernetes/client/kubeconfig.ts';
import { followLog } from '../../src/kubernetes/workloads/log-stream.ts';
import { freePorts } from '../cluster/ports.ts';
import type { Cluster } from '../cluster/running-cluster.ts';
import { UNGUARDED } from '../support/unguarded.ts';
import { until } from '../support/until.ts';
import { CountedWrites } from './counted-writes.ts';
import { type Disturbance, Disturbances } from './disturbances.ts';
import { type Growth, growthOf, type HeapKind } from './heap-objects.ts';
import { serving } from './http-load.ts';
import { HttpSession } from './http-session.ts';
import { InspectedProcess, type Sample } from './inspected-process.ts';
import { CallRecord, MixedCalls } from './mixed-calls.ts';
import { type Command, Session } from './session.ts';
import { silentClients } from './silent-clients.ts';

export interface EnduranceInput {
  cluster: Pick<Cluster, 'client' | 'kubeconfig' | 'restartApiServer'>;
  /** An empty one. */
  namespace: string;
  /** Our bundle. */
  script: string;
  /** An empty folder. */
  home: string;
  /** One a round, in turn; a sample follows the last. */
  disturbances: readonly Disturbance[];
  /** HTTP clients that come and go in each round. */
  clients: number;
  /** Is there another turn? */
  goesOn(turns: number): boolean;
  /**
   * Is everything warm? Then the heaps are looked at, and again at the end. It comes before the second half, of which
   * the growth is measured: to look takes memory that is not given back.
   */
  isWarm?(turns: number): boolean;
  progress: (line: string) => void;
}

export interface Endurance {
  rounds: number;
  calls: number;
  errors: Record<string, number>;
  lost: readonly string[];
  writes: { total: number; done: { updates: number; creations: number }; unknown: number; wrong: readonly string[] };
  samples: { stdio: readonly Sample[]; http: readonly Sample[] };
  /** What each heap held more of at the end than when it was warm; nothing, if nobody looked. */
  grown: { stdio: readonly Growth[]; http: readonly Growth[] };
}

/** Seconds after which the HTTP server drops the sessions of clients that have gone. */
const IDLE = '2';
/** Milliseconds after which a log is followed again. */
const AGAIN_MS = 200;

/** An agent's mixed work with one server of each transport, while connections break, fall silent and change. */
export async function endurance(input: EnduranceInput): Promise<Endurance> {
  const { cluster, home, disturbances: turn } = input;
  const disturbances = await Disturbances.start(cluster, path.join(home, 'kubeconfig'));
  const ports = await freePorts(['stdio', 'http'] as const);
  const start = (inspector: number, ...args: string[]): Command => ({
    command: process.execPath,
    // As the server starts itself for HTTP; otherwise it would start anew, with another inspector.
    args: [`--inspect=127.0.0.1:${inspector}`, '--max-semi-space-size=16', input.script, ...args],
    env: { PATH: process.env.PATH ?? '', HOME: home, USERPROFILE: home },
  });
  const options = ['--kubeconfig', disturbances.kubeconfig, '--enable-create', '--enable-update'];
  const http = ['--transport', 'streamable-http', '--idle-timeout', IDLE, ...options];
  const target = { start: (port: number) => start(ports.http, ...http, '--port', String(port)) };
  const session = await Session.start(start(ports.stdio, ...options));
  try {
    return await serving(target, async ({ origin, pid }) => {
      const inspected = {
        stdio: await InspectedProcess.open(session.pid, ports.stdio),
        http: await InspectedProcess.open(pid, ports.http),
      };
      try {
        return await work({ ...input, turn, disturbances, session, origin, inspected });
      } finally {
        for (const one of Object.values(inspected)) one.close();
      }
    });
  } finally {
    await session.stop();
    await disturbances.stop();
  }
}

interface Work extends Omit<EnduranceInput, 'disturbances'> {
  turn: readonly Disturbance[];
  disturbances: Disturbances;
  session: Session;
  origin: string;
  inspected: { stdio: InspectedProcess; http: InspectedProcess };
}

async function work(input: Work): Promise<Endurance> {
  const { cluster, namespace, turn, session, inspected, progress } = input;
  const record = new CallRecord();
  const writes = new CountedWrites(cluster.client, namespace);
  await writes.prepare();
  const watched = await WatchedObject.subscribe(session, cluster, namespace);
  const pod = await podOf(cluster);
  let rounds = 0;
  let warm: { stdio: Map<string, HeapKind>; http: Map<string, HeapKind> } | undefined;
  const look = async () => ({ stdio: await inspected.stdio.heapKinds(), http: await inspected.http.heapKinds() });
  for (let turns = 0; input.goesOn(turns); turns += 1) {
    for (const disturbance of turn) {
      await round(input, disturbance, record, writes, { uri: watched.uri, pod });
      await watched.change();
      await writes.check();
      rounds += 1;
    }
    await until(async () => (await sessionsOf(input.origin)) === 0);
    const [stdio, http] = [await inspected.stdio.sample(), await inspected.http.sample()];
    const told = [stdio, http].map(({ heap, sockets }) => `${(heap / 1e6).toFixed(1)} MB, ${sockets} sockets`);
    progress(`round ${rounds}, ${record.calls} calls, ${record.lost.length} lost; ${told.join('; ')}`);
    if (input.isWarm?.(turns + 1)) warm ??= await look();
  }
  const end = warm && (await look());
  return {
    rounds,
    calls: record.calls,
    errors: Object.fromEntries(record.errors),
    lost: record.lost,
    writes: { total: writes.total, done: writes.done, unknown: writes.unknown, wrong: writes.wrong },
    samples: { stdio: inspected.stdio.samples, http: inspected.http.samples },
    grown: {
      stdio: warm && end ? growthOf(warm.stdio, end.stdio) : [],
      http: warm && end ? growthOf(warm.http, end.http) : [],
    },
  };
}

/** All at once, so the disturbance meets calls, watches and logs under way. */
async function round(
  { disturbances, session, origin, clients }: Work,
  disturbance: Disturbance,
  record: CallRecord,
  writes: CountedWrites,
  { uri, pod }: { uri: string; pod: string },
): Promise<void> {
  const agent = new Agent();
  try {
    const agents = [session, await HttpSession.start(agent, origin)].map((caller) => new MixedCalls(caller, record));
    const end = new AbortController();
    const follows = follow(disturbances.kubeconfig, pod, end.signal);
    const work = () => agents.flatMap((one) => [one.read(), writes.update(one), writes.create(one)]);
    const disturbed = Promise.all([...work(), silentClients(origin, clients, uri), disturbances.happen(disturbance)]);
    const afterwards = disturbed.then(() => Promise.all(work())).finally(() => end.abort());
    await Promise.all([afterwards, follows]);
  } finally {
    await agent.destroy();
  }
}

/** Follows a log as the extension does, until the signal; anew when the connection breaks. */
async function follow(kubeconfig: string, pod: string, signal: AbortSignal): Promise<void> {
  const client = new ApiClient(findContext(await loadKubeconfig([kubeconfig]), undefined), UNGUARDED);
  const log = { namespace: 'shop', pod, container: 'web', previous: false, lines: 10, signal };
  while (!signal.aborted) {
    try {
      for await (const _ of followLog(client, log));
    } catch (error) {
      if (!(error instanceof UserError) && !signal.aborted) throw error;
    }
    await delay(AGAIN_MS);
  }
  client.close();
}

async function podOf({ client }: Pick<Cluster, 'client'>): Promise<string> {
  const list = await client.get('/api/v1/namespaces/shop/pods?labelSelector=app%3Dweb&limit=1');
  return (list as { items: { metadata: { name: string } }[] }).items[0]?.metadata.name ?? '';
}

/** An object that a client has subscribed to for the whole time. */
class WatchedObject {
  readonly #cluster: Pick<Cluster, 'client'>;
  readonly #path: string;
  readonly uri: string;
  #count = 0;
  #updates = 0;

  private constructor(cluster: Pick<Cluster, 'client'>, namespace: string) {
    this.#cluster = cluster;
    this.#path = `/api/v1/namespaces/${namespace}/configmaps/watched`;
    this.uri = `k8s:///${namespace}/configmaps/watched.yaml`;
  }

  static async subscribe(
    session: Session,
    cluster: Pick<Cluster, 'client'>,
    namespace: string,
  ): Promise<WatchedObject> {
    const watched = new WatchedObject(cluster, namespace);
    await cluster.client.apply({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'watched', namespace } });
    session.onNotification = (method) => {
      if (method === 'notifications/resources/updated') watched.#updates += 1;
    };
    await session.request('resources/subscribe', { uri: watched.uri });
    return watched;
  }

  /** Changes it, and waits until the client is told. */
  async change(): Promise<void> {
    const before = this.#updates;
    this.#count += 1;
    const headers = { 'content-type': 'application/merge-patch+json' };
    await this.#cluster.client.send('PATCH', this.#path, { body: { data: { count: `${this.#count}` } }, headers });
    await until(() => this.#updates > before);
  }
}

async function sessionsOf(origin: string): Promise<number> {
  const text = await (await fetch(`${origin}/metrics`)).text();
  return [...text.matchAll(/^mcp_k8s_sessions\{.*\} (\d+)$/gm)].reduce((sum, [, count]) => sum + Number(count), 0);
}
