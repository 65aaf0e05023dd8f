import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { isDeepStrictEqual, promisify } from 'node:util';
import { findHelm } from '../cluster/binaries.ts';
import type { Cluster } from '../cluster/running-cluster.ts';
import { SHORT_LIVED } from '../support/go.ts';
import { eventually } from '../support/until.ts';

/** Calls a tool that must succeed; returns the text that an agent reads. */
export type Call = (tool: string, args: Record<string, unknown>) => Promise<string>;

/** A piece of work as a user asks an agent for it: `Found` is what the agent reports. */
export interface Job<Found = unknown> {
  name: string;
  /** The most calls, and bytes of answers, it may cost. */
  atMost: Cost;
  prepare(place: Place): Promise<void>;
  /** The agent's calls. It knows the namespace and what the user said; everything else it reads in the answers. */
  run(call: Call, namespace: string): Promise<Found>;
  /** Compares the cluster's state and the agent's findings with what was asked. @throws if they differ. */
  verify(place: Place, found: Found): Promise<void>;
  /** Plays a controller that the test cluster lacks, while the agent works. */
  meanwhile?(place: Place): Promise<void>;
  /** Removes what is outside the namespace. */
  cleanUp?(place: Place): Promise<void>;
}

/** What a job cost an agent. */
export interface Cost {
  calls: number;
  /** Of the answers' text. */
  bytes: number;
}

/** The parts of kubectl's output that the jobs use. */
export interface Live {
  metadata: {
    name: string;
    namespace?: string;
    uid?: string;
    deletionTimestamp?: string;
    labels?: Record<string, string>;
  };
  data?: Record<string, string>;
  spec: {
    replicas?: number;
    ports?: { port: number }[];
    template?: { spec: { containers: Container[] } };
    containers?: Container[];
    resources?: { requests: { storage: string } };
    selector?: Record<string, string>;
  };
  status: {
    replicas?: number;
    readyReplicas?: number;
    updatedReplicas?: number;
    podIP?: string;
    capacity?: { storage: string };
    conditions?: { type: string; status: string; message?: string }[];
    containerStatuses?: ContainerStatus[];
  };
}

interface Container {
  name: string;
  image: string;
  ports?: { containerPort: number }[];
}

interface ContainerStatus {
  ready: boolean;
  state: { waiting?: { reason: string } };
  lastState?: { terminated?: { exitCode: number } };
}

/** A job's own namespace, as kubectl sees it. */
export class Place {
  readonly namespace: string;
  readonly #cluster: Pick<Cluster, 'kubectl' | 'kubeconfig'>;

  constructor(cluster: Pick<Cluster, 'kubectl' | 'kubeconfig'>, namespace: string) {
    this.#cluster = cluster;
    this.namespace = namespace;
  }

  /** The same cluster in another namespace. */
  at(namespace: string): Place {
    return new Place(this.#cluster, namespace);
  }

  /** kubectl's output. @throws with its stderr. */
  kubectl(...args: string[]): Promise<string> {
    return this.#run(args, '');
  }

  /** Applies a manifest. */
  async apply(manifest: string, ...args: string[]): Promise<void> {
    await this.#run(['apply', '-f', '-', ...args], manifest);
  }

  /** The objects of a kind. */
  async list(kind: string, ...args: string[]): Promise<Live[]> {
    return (JSON.parse(await this.kubectl('get', kind, '-o', 'json', ...args)) as { items: Live[] }).items;
  }

  /** One object. */
  async get(kind: string, name: string): Promise<Live> {
    return JSON.parse(await this.kubectl('get', kind, name, '-o', 'json')) as Live;
  }

  /** The pods that are not being deleted. */
  async pods(...args: string[]): Promise<Live[]> {
    return (await this.list('pods', ...args)).filter(({ metadata }) => !metadata.deletionTimestamp);
  }

  /** Waits until an app's pods are in these states: ready, or the reason why their container waits. */
  untilPods(app: string, expected: Record<string, number>): Promise<void> {
    return untilEqual(`the pods of ${app}`, expected, async () => {
      const states: Record<string, number> = {};
      for (const { status } of await this.pods('-l', `app=${app}`)) {
        const [container] = status.containerStatuses ?? [];
        const state = container?.ready ? 'ready' : (container?.state.waiting?.reason ?? 'unknown');
        states[state] = (states[state] ?? 0) + 1;
      }
      return states;
    });
  }

  /** Waits until a Service has exactly these pods as endpoints. */
  untilServed(service: string, pods: readonly Live[]): Promise<void> {
    const path = 'jsonpath={.items[*].endpoints[?(@.conditions.ready==true)].addresses[0]}';
    const slices = ['get', 'endpointslices', '-l', `kubernetes.io/service-name=${service}`, '-o', path];
    return untilEqual(`the endpoints of ${service}`, pods.map(({ status }) => status.podIP ?? '').sort(), async () =>
      (await this.kubectl(...slices)).split(' ').sort(),
    );
  }

  /** Waits until a Deployment has rolled out. */
  async untilRolledOut(name: string): Promise<void> {
    await this.kubectl('rollout', 'status', `deployment/${name}`, '--timeout=100s');
  }

  /** helm's output, run in the namespace. @throws with its stderr. */
  async helm(...args: string[]): Promise<string> {
    const { path } = await findHelm(console.error);
    const where = ['--kubeconfig', this.#cluster.kubeconfig('admin'), '--namespace', this.namespace];
    return (await promisify(execFile)(path, [...args, ...where], { maxBuffer: 64 << 20 })).stdout;
  }

  #run(args: readonly string[], input: string): Promise<string> {
    const where = ['--kubeconfig', this.#cluster.kubeconfig('admin'), '--namespace', this.namespace];
    return new Promise((resolve, reject) => {
      const options = { maxBuffer: 64 << 20, env: { ...process.env, ...SHORT_LIVED } };
      const child = execFile(this.#cluster.kubectl, [...where, ...args], options, (error, stdout) =>
        error ? reject(error) : resolve(stdout.trim()),
      );
      child.stdin?.end(input);
    });
  }
}

/** Waits until what is read is what is expected. */
async function untilEqual<T>(what: string, expected: T, read: () => Promise<T>): Promise<void> {
  let found: T | undefined;
  const awaited = () => `${what} as ${JSON.stringify(expected)}; they are ${JSON.stringify(found)}`;
  const isThere = async () => {
    found = await read();
    return isDeepStrictEqual(found, expected);
  };
  await eventually(awaited, isThere, 100);
}

/** Runs a job in a namespace of its own. */
export async function inPlace<T>(
  job: Job,
  cluster: Pick<Cluster, 'kubectl' | 'kubeconfig'>,
  work: (place: Place) => Promise<T>,
): Promise<T> {
  const place = new Place(cluster, `job-${randomBytes(4).toString('hex')}`);
  await place.kubectl('create', 'namespace', place.namespace);
  try {
    await job.prepare(place);
    return await work(place);
  } finally {
    await job.cleanUp?.(place);
    await place.kubectl('delete', 'namespace', place.namespace, '--wait=false');
  }
}

/** Does the job once and verifies it. */
export async function doJob(job: Job, call: Call, place: Place): Promise<Cost> {
  const cost = { calls: 0, bytes: 0 };
  const counted: Call = async (tool, args) => {
    const text = await call(tool, args);
    cost.calls += 1;
    cost.bytes += Buffer.byteLength(text);
    return text;
  };
  const [found] = await Promise.all([job.run(counted, place.namespace), job.meanwhile?.(place)]);
  await job.verify(place, found);
  return cost;
}
