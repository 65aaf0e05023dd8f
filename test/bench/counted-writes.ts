import type { Cluster } from '../cluster/running-cluster.ts';
import type { MixedCalls } from './mixed-calls.ts';

/** How an agent was told that its write ended. */
type Told = 'done' | 'unknown' | 'not done';

const SEED = rule(0);
const UNKNOWN = /is unknown|not known/i;

/** Writes that leave a mark each time they are executed, so that a doubled, a lost or a denied one shows. */
export class CountedWrites {
  readonly #client: Cluster['client'];
  readonly #namespace: string;
  readonly #updates = new Map<string, Told>();
  readonly #creations = new Map<string, Told>();
  #count = 0;
  /** All so far. */
  total = 0;
  done = { updates: 0, creations: 0 };
  unknown = 0;
  /** What the agent was told wrongly, one line each. */
  readonly wrong: string[] = [];

  constructor(client: Cluster['client'], namespace: string) {
    this.#client = client;
    this.#namespace = namespace;
  }

  /** Creates what is written to. */
  async prepare(): Promise<void> {
    await this.#client.apply({
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: 'counted', namespace: this.#namespace },
      spec: { podSelector: { matchLabels: { app: 'none' } }, ingress: [SEED] },
    });
  }

  /** Adds an entry to a list, which would be there twice if the write were. */
  async update(calls: MixedCalls): Promise<void> {
    this.#count += 1;
    const entry = rule(this.#count);
    const patch = JSON.stringify([{ op: 'add', path: '/spec/ingress/-', value: entry }]);
    const place = { kind: 'NetworkPolicy', name: 'counted', namespace: this.#namespace };
    // The list belongs to whoever prepared it.
    const args = { ...place, patchType: 'json', patch, force: true };
    const said = told(await calls.call('update_resource', args));
    if (said === 'done') this.done.updates += 1;
    this.#updates.set(entry.from[0].ipBlock.cidr, said);
  }

  /** Creates an object; a second time would be refused. */
  async create(calls: MixedCalls): Promise<void> {
    this.#count += 1;
    const name = `counted-${this.#count}`;
    const manifest = JSON.stringify({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name, namespace: this.#namespace, labels: { counted: 'yes' } },
    });
    const answer = await calls.call('create_resource', { manifest });
    if (/already exists/.test(answer?.text ?? '')) this.wrong.push(`${name} was created twice`);
    const said = told(answer);
    if (said === 'done') this.done.creations += 1;
    this.#creations.set(name, said);
  }

  /** Compares what was said with what is there, and clears it. */
  async check(): Promise<void> {
    const base = `/apis/networking.k8s.io/v1/namespaces/${this.#namespace}/networkpolicies/counted`;
    const { spec } = JSON.parse((await this.#client.send('GET', base)).body) as { spec: { ingress: Rule[] } };
    const entries = spec.ingress.map(({ from }) => from[0].ipBlock.cidr);
    this.#compare(this.#updates, (entry) => entries.filter((one) => one === entry).length);
    const maps = `/api/v1/namespaces/${this.#namespace}/configmaps?labelSelector=counted`;
    const { items } = JSON.parse((await this.#client.send('GET', maps)).body) as {
      items: { metadata: { name: string } }[];
    };
    const names = new Set(items.map(({ metadata }) => metadata.name));
    this.#compare(this.#creations, (name) => (names.has(name) ? 1 : 0));
    await this.#client.send('DELETE', maps);
    const headers = { 'content-type': 'application/merge-patch+json' };
    await this.#client.send('PATCH', base, { body: { spec: { ingress: [SEED] } }, headers });
  }

  #compare(writes: Map<string, Told>, count: (name: string) => number): void {
    for (const [name, said] of writes) {
      const executed = count(name);
      this.total += 1;
      if (said === 'unknown') this.unknown += 1;
      const isRight = said === 'unknown' ? executed <= 1 : executed === (said === 'done' ? 1 : 0);
      if (!isRight) this.wrong.push(`${name} was executed ${executed} times, and the agent was told: ${said}`);
    }
    writes.clear();
  }
}

interface Rule {
  from: [{ ipBlock: { cidr: string } }];
}

function rule(number: number): Rule {
  return { from: [{ ipBlock: { cidr: `10.${number >> 16}.${(number >> 8) & 255}.${number & 255}/32` } }] };
}

function told(answer: { text: string; isError: boolean } | undefined): Told {
  if (!answer || UNKNOWN.test(answer.text)) return 'unknown';
  return answer.isError ? 'not done' : 'done';
}
