import { readFile, rename, writeFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { parse, stringify } from 'yaml';
import type { Cluster } from '../cluster/running-cluster.ts';
import { FrozenProxy } from '../support/frozen-proxy.ts';

/** How long connections sleep, in milliseconds. */
const SLEEP_MS = 3_000;

/** What happens to a server while it works. */
export type Disturbance = 'nothing' | 'cut' | 'sleep' | 'kubeconfig' | 'freeze' | 'restart';

/** Everything between servers and their API server: two proxies, and a kubeconfig that names one of them. */
export class Disturbances {
  readonly #cluster: Pick<Cluster, 'restartApiServer'>;
  readonly #config: string;
  readonly #proxies: readonly [FrozenProxy, FrozenProxy];
  /** The path of the kubeconfig. */
  readonly kubeconfig: string;

  private constructor(
    cluster: Pick<Cluster, 'restartApiServer'>,
    config: string,
    proxies: [FrozenProxy, FrozenProxy],
    kubeconfig: string,
  ) {
    this.#cluster = cluster;
    this.#config = config;
    this.#proxies = proxies;
    this.kubeconfig = kubeconfig;
  }

  /** @param kubeconfig where to write it. */
  static async start(
    cluster: Pick<Cluster, 'restartApiServer' | 'kubeconfig'>,
    kubeconfig: string,
  ): Promise<Disturbances> {
    const config = await readFile(cluster.kubeconfig('admin'), 'utf8');
    const { hostname: host, port } = new URL(parse(config).clusters[0].cluster.server);
    const target = { host, port: Number(port) };
    const proxies: [FrozenProxy, FrozenProxy] = [await FrozenProxy.start(target), await FrozenProxy.start(target)];
    const disturbances = new Disturbances(cluster, config, proxies, kubeconfig);
    await disturbances.#point(proxies[0]);
    return disturbances;
  }

  /** Lets something happen; when this returns, it is over. */
  async happen(what: Disturbance): Promise<void> {
    const [proxy, other] = this.#proxies;
    if (what === 'cut') this.#each((one) => one.cut());
    else if (what === 'freeze') this.#each((one) => one.freeze());
    else if (what === 'sleep') {
      this.#each((one) => one.sleep());
      await delay(SLEEP_MS);
      this.#each((one) => one.wake());
    } else if (what === 'kubeconfig') await this.#point((await this.#pointsTo(proxy)) ? other : proxy);
    else if (what === 'restart') await this.#cluster.restartApiServer();
  }

  async stop(): Promise<void> {
    await Promise.all(this.#proxies.map((proxy) => proxy.stop()));
  }

  #each(act: (proxy: FrozenProxy) => void): void {
    for (const proxy of this.#proxies) act(proxy);
  }

  async #pointsTo({ port }: FrozenProxy): Promise<boolean> {
    return (await readFile(this.kubeconfig, 'utf8')).includes(`:${port}`);
  }

  async #point({ port }: FrozenProxy): Promise<void> {
    const config = parse(this.#config);
    const url = new URL(config.clusters[0].cluster.server);
    config.clusters[0].cluster.server = `https://${url.hostname}:${port}`;
    // At once, as a half-written file is another test's matter.
    await writeFile(`${this.kubeconfig}-new`, stringify(config));
    await rename(`${this.kubeconfig}-new`, this.kubeconfig);
  }
}
