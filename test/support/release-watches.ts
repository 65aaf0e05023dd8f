import type { KubernetesObject } from '../../src/kubernetes/apimachinery/objects.ts';
import type { ApiRequest } from '../../src/kubernetes/client/request.ts';

/** The record of a revision, as metadata. */
export function record(name: string, revision: number, status = 'deployed'): KubernetesObject {
  const labels = { owner: 'helm', name, version: String(revision), status, modifiedAt: '1780000000' };
  return { metadata: { name: `sh.helm.release.v1.${name}.v${revision}`, namespace: 'shop', labels } };
}

/** One watch connection: the server's events until its request is aborted. */
export class RecordWatch {
  readonly #lines: Buffer[] = [];
  #isOver = false;
  #wake = Promise.withResolvers<void>();

  constructor(signal: AbortSignal | undefined) {
    signal?.addEventListener('abort', () => {
      this.#isOver = true;
      this.#wake.resolve();
    });
  }

  send(type: string, object: KubernetesObject): void {
    this.#lines.push(Buffer.from(`${JSON.stringify({ type, object })}\n`));
    this.#wake.resolve();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer> {
    for (;;) {
      const line = this.#lines.shift();
      if (line) yield line;
      else if (this.#isOver) throw new Error('aborted');
      else {
        await this.#wake.promise;
        this.#wake = Promise.withResolvers();
      }
    }
  }
}

/** A cluster with these records in a namespace's Secrets and ConfigMaps; an Error is thrown. */
export function recordsIn(stored: Record<'secrets' | 'configmaps', KubernetesObject[] | Error>, unwatched?: Error) {
  const requests: ApiRequest[] = [];
  const watches = { secrets: [] as RecordWatch[], configmaps: [] as RecordWatch[] };
  const kindOf = ({ path }: ApiRequest) => (path.endsWith('/secrets') ? 'secrets' : 'configmaps');
  const client = {
    json: async <T>(request: ApiRequest): Promise<T> => {
      requests.push(request);
      const items = stored[kindOf(request)];
      if (items instanceof Error) throw items;
      return { metadata: { resourceVersion: '10' }, items } as T;
    },
    stream: async (request: ApiRequest) => {
      requests.push(request);
      if (unwatched) throw unwatched;
      const watch = new RecordWatch(request.signal);
      watches[kindOf(request)].push(watch);
      return watch;
    },
  };
  return { client, requests, watches };
}
