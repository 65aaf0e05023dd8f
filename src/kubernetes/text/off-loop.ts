import type { Worker } from 'node:worker_threads';
import { UserError } from '../apimachinery/errors.ts';
import { LimitError } from '../apimachinery/limits.ts';
import type { Jobs } from './jobs.ts';

/** The message to the worker. */
export interface Job {
  name: keyof Jobs;
  args: readonly unknown[];
}

/** The worker's answer. */
export type Outcome = { value: unknown } | { error: { kind: 'limit' | 'user' | 'other'; message: string } };

interface Pending extends Job {
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

/**
 * A job's CPU time in milliseconds; how long it may wait for that on a busy machine; and how long it may run where CPU
 * time cannot be measured.
 */
const CPU_BUDGET_MS = 1_000;
const MAX_WAIT_MS = 10_000;
const MAX_RUN_MS = 3_000;
const CHECK_INTERVAL_MS = 10;
/** An idle worker is ended after this many milliseconds. */
const MAX_IDLE_MS = 10_000;
const MAX_WAITING = 100;
/**
 * How much the process may grow during a job, in bytes. A worker that reaches its heap limit would end the process, so
 * that limit is far higher.
 */
const MAX_MEMORY_BYTES = 110 << 20;
const HEAP_MB = 1_024;

/**
 * Runs a job in its own thread, so that no text can block the event loop.
 * @throws LimitError when the job exceeds its share of time or memory; otherwise what the job throws.
 */
export async function offLoop<Name extends keyof Jobs>(
  name: Name,
  ...args: Parameters<Jobs[Name]>
): Promise<ReturnType<Jobs[Name]>> {
  if (waiting.length >= MAX_WAITING) throw new UserError('Too much is being worked on here: try again in a moment.');
  return new Promise((resolve, reject) => {
    waiting.push({ name, args, resolve: (value) => resolve(value as ReturnType<Jobs[Name]>), reject });
    void work();
  });
}

const waiting: Pending[] = [];
let working = false;
let thread: Thread | undefined;
let idle: NodeJS.Timeout | undefined;

async function work(): Promise<void> {
  if (working) return;
  working = true;
  clearTimeout(idle);
  for (let job = waiting.shift(); job; job = waiting.shift()) {
    try {
      if (!thread || thread.ended) thread = await Thread.start();
      job.resolve(await thread.run(job));
    } catch (error) {
      job.reject(error);
    }
  }
  working = false;
  thread?.rest();
  idle = setTimeout(() => {
    thread?.end();
    thread = undefined;
  }, MAX_IDLE_MS).unref();
}

class Thread {
  ended = false;
  readonly #worker: Worker;

  private constructor(worker: Worker) {
    this.#worker = worker;
    worker.on('error', () => undefined);
    worker.once('exit', () => {
      this.ended = true;
    });
  }

  static async start(): Promise<Thread> {
    const [{ Worker }, { workerSource }] = await Promise.all([
      import('node:worker_threads'),
      import('./worker-source.ts'),
    ]);
    const worker = new Worker(workerSource, {
      eval: typeof workerSource === 'string',
      name: 'mcp-k8s texts',
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MB },
      // The worker must not write to stdout, which carries the protocol.
      stdout: true,
      stderr: true,
      env: {},
    });
    const started = new Thread(worker);
    await started.#message();
    return started;
  }

  async run({ name, args }: Job): Promise<unknown> {
    const worker = this.#worker;
    worker.ref();
    const begin = performance.now();
    const memory = process.memoryUsage.rss();
    // Before Node 24.6 CPU time cannot be measured, only elapsed time.
    const metered = typeof worker.cpuUsage === 'function';
    const before = metered ? await worker.cpuUsage() : undefined;
    let answered = false;
    const look = async () => {
      const { user, system } = metered ? await worker.cpuUsage(before) : { user: 0, system: 0 };
      const tooLong = performance.now() - begin > (metered ? MAX_WAIT_MS : MAX_RUN_MS);
      const tooMuch = process.memoryUsage.rss() - memory > MAX_MEMORY_BYTES;
      // An answer can arrive while this measures; the worker then has another job.
      if (answered || ((user + system) / 1000 < CPU_BUDGET_MS && !tooLong && !tooMuch)) return;
      this.end();
    };
    const timer = setInterval(() => void look().catch(() => undefined), CHECK_INTERVAL_MS);
    try {
      worker.postMessage({ name, args } satisfies Job);
      const outcome = (await this.#message()) as Outcome;
      if ('value' in outcome) return outcome.value;
      const { kind, message } = outcome.error;
      throw kind === 'limit' ? new LimitError(message) : kind === 'user' ? new UserError(message) : new Error(message);
    } finally {
      answered = true;
      clearInterval(timer);
    }
  }

  /** Lets the process exit. */
  rest(): void {
    this.#worker.unref();
  }

  end(): void {
    this.ended = true;
    void this.#worker.terminate();
  }

  #message(): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const ended = () => reject(new LimitError('it takes too much time or memory to read'));
      this.#worker.once('exit', ended);
      this.#worker.once('message', (message) => {
        this.#worker.off('exit', ended);
        resolve(message);
      });
    });
  }
}
