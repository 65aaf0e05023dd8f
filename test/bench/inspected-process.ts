import { once } from 'node:events';
import { readdir, readlink } from 'node:fs/promises';
import { WebSocket } from 'ws';
import { until } from '../support/until.ts';
import { type HeapKind, heapKinds } from './heap-objects.ts';

/** What a Node process holds after its garbage is collected; files and sockets only where the system reports them. */
export interface Sample {
  /** Since the first sample. */
  seconds: number;
  heap: number;
  resident: number;
  files: number;
  sockets: number;
  timers: number;
  /** Everything that keeps its event loop alive. */
  handles: number;
}

const LOOK = 'JSON.stringify({ memory: process.memoryUsage(), handles: process.getActiveResourcesInfo() })';

/** A Node process that was started with `--inspect`. */
export class InspectedProcess {
  readonly samples: Sample[] = [];
  readonly #pid: number;
  readonly #socket: WebSocket;
  #lastId = 0;
  #begin: number | undefined;

  private constructor(pid: number, socket: WebSocket) {
    this.#pid = pid;
    this.#socket = socket;
  }

  /** @param port of its inspector */
  static async open(pid: number, port: number): Promise<InspectedProcess> {
    let url = '';
    await until(async () => {
      const answer = await fetch(`http://127.0.0.1:${port}/json/list`).catch(() => undefined);
      const [target] = ((await answer?.json()) ?? []) as { webSocketDebuggerUrl: string }[];
      url = target?.webSocketDebuggerUrl ?? '';
      return url !== '';
    });
    const socket = new WebSocket(url);
    await once(socket, 'open');
    return new InspectedProcess(pid, socket);
  }

  async sample(): Promise<Sample> {
    // What finalizers let go of is garbage only afterwards.
    for (let times = 0; times < 2; times += 1) await this.#send('HeapProfiler.collectGarbage');
    const { result } = (await this.#send('Runtime.evaluate', { expression: LOOK })) as { result: { value: string } };
    const { memory, handles } = JSON.parse(result.value) as { memory: NodeJS.MemoryUsage; handles: string[] };
    const links = await openFiles(this.#pid);
    this.#begin ??= performance.now();
    const sample = {
      seconds: (performance.now() - this.#begin) / 1_000,
      heap: memory.heapUsed + memory.external,
      resident: memory.rss,
      files: links?.length ?? Number.NaN,
      sockets: links?.filter((link) => link.startsWith('socket:')).length ?? Number.NaN,
      timers: handles.filter((name) => name === 'Timeout').length,
      handles: handles.length,
    };
    this.samples.push(sample);
    return sample;
  }

  /** What its heap holds, by kind. */
  async heapKinds(): Promise<Map<string, HeapKind>> {
    let text = '';
    const hear = (data: Buffer) => {
      const { method, params } = JSON.parse(String(data));
      if (method === 'HeapProfiler.addHeapSnapshotChunk') text += params.chunk;
    };
    this.#socket.on('message', hear);
    await this.#send('HeapProfiler.takeHeapSnapshot');
    this.#socket.off('message', hear);
    return heapKinds(text);
  }

  close(): void {
    this.#socket.terminate();
  }

  async #send(method: string, params: object = {}): Promise<unknown> {
    this.#lastId += 1;
    const id = this.#lastId;
    const answered = Promise.withResolvers<unknown>();
    const hear = (data: Buffer) => {
      const message = JSON.parse(String(data));
      if (message.id === id) answered.resolve(message.result);
    };
    this.#socket.on('message', hear).send(JSON.stringify({ id, method, params }));
    try {
      return await answered.promise;
    } finally {
      this.#socket.off('message', hear);
    }
  }
}

async function openFiles(pid: number): Promise<string[] | undefined> {
  const folder = `/proc/${pid}/fd`;
  const names = await readdir(folder).catch(() => undefined);
  return names && Promise.all(names.map((name) => readlink(`${folder}/${name}`).catch(() => '')));
}
