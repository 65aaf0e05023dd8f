import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { ErrorCode } from '@modelcontextprotocol/sdk/types.js';
import { messageOf } from '../../kubernetes/apimachinery/errors.ts';
import type { JsonObject } from '../../kubernetes/apimachinery/objects.ts';
import { cleared } from '../core/door.ts';
import { RequestError } from '../core/request-error.ts';

/** A call that takes longer is answered with a task, in milliseconds. */
const LONG_MS = 5_000;
/** How often a client should ask, in milliseconds. */
const POLL_MS = 2_000;
/** How long a result is kept, in milliseconds. */
const KEPT_MS = 15 * 60_000;
/** How many of one caller there may be. */
const MAX_TASKS = 50;

/** What a call can use that may become a task. */
export interface LongCall {
  /** Aborts when it is cancelled: while it is waited for, also with its request. */
  signal: AbortSignal;
  progress(message: string): void;
  /** Nothing more is asked of the client: from now on it need not wait. */
  settled(): void;
}

/** The request that a call came with. */
export interface LongRequest extends Omit<LongCall, 'settled'> {
  /** Whose task it would be. */
  owner: string;
}

interface Task {
  id: string;
  owner: string;
  created: number;
  updated: number;
  cancel: AbortController;
  state: { status: 'working' | 'cancelled' } | { status: 'completed'; result: JsonObject } | Failed;
  message?: string;
}

interface Failed {
  status: 'failed';
  error: { code: number; message: string };
}

/**
 * The extension of MCP for tasks: a call that takes long is answered with a handle, by which its client asks for the
 * result. They live in this process, so requests for them have to come to it.
 */
export class Tasks {
  readonly #tasks = new Map<string, Task>();
  readonly #onEnd: () => void;
  readonly #longMs: number;

  /** @param onEnd called when one has ended. */
  constructor(onEnd: () => void = () => undefined, longMs = LONG_MS) {
    this.#onEnd = onEnd;
    this.#longMs = longMs;
  }

  /** How many are working. */
  get running(): number {
    return [...this.#tasks.values()].filter(({ state }) => state.status === 'working').length;
  }

  /** The result of a call, or a task that will have it. */
  async run(request: LongRequest, call: (long: LongCall) => Promise<JsonObject>): Promise<JsonObject> {
    const { owner, signal } = request;
    const now = Date.now();
    const task: Task = {
      ...{ id: randomUUID(), owner, created: now, updated: now },
      cancel: new AbortController(),
      state: { status: 'working' },
    };
    const abort = () => task.cancel.abort(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    if (signal.aborted) abort();
    const settled = Promise.withResolvers<void>();
    const work = call({
      signal: task.cancel.signal,
      progress: (message) => {
        if (this.#tasks.has(task.id)) void this.#tell(task, message);
        else request.progress(message);
      },
      settled: settled.resolve,
    });
    const isLong = settled.promise.then(() => delay(this.#longMs, undefined, { ref: false }));
    try {
      const result = await Promise.race([work, isLong]);
      if (result !== undefined || signal.aborted || !this.#hasRoom(owner)) return await work;
    } finally {
      signal.removeEventListener('abort', abort);
    }
    this.#tasks.set(task.id, task);
    void this.#finish(task, work);
    return { resultType: 'task', ...shown(task) };
  }

  /** @throws RequestError when the caller has no such task. */
  get(id: unknown, owner: string): JsonObject {
    return shown(this.#of(id, owner));
  }

  /** Ends a task if it is still working. @throws RequestError when the caller has no such task. */
  cancel(id: unknown, owner: string): void {
    const task = this.#of(id, owner);
    if (task.state.status !== 'working') return;
    this.#end(task, { status: 'cancelled' });
    task.cancel.abort();
  }

  #of(id: unknown, owner: string): Task {
    const task = typeof id === 'string' ? this.#tasks.get(id) : undefined;
    if (task?.owner === owner) return task;
    throw new RequestError(
      'There is no such task here: it was made by another process or caller, or its result is not kept any more.',
      ErrorCode.InvalidParams,
    );
  }

  async #tell(task: Task, message: string): Promise<void> {
    Object.assign(task, { message: await readable(message), updated: Date.now() });
  }

  async #finish(task: Task, work: Promise<JsonObject>): Promise<void> {
    try {
      const result = await cleared({ resultType: 'complete', ...(await work) });
      this.#end(task, { status: 'completed', result });
    } catch (error) {
      const code = error instanceof RequestError ? error.code : ErrorCode.InternalError;
      this.#end(task, { status: 'failed', error: { code, message: await readable(messageOf(error)) } });
    }
  }

  #end(task: Task, state: Task['state']): void {
    if (task.state.status !== 'working') return;
    Object.assign(task, { state, updated: Date.now() });
    this.#onEnd();
  }

  #hasRoom(owner: string): boolean {
    for (const task of this.#tasks.values())
      if (task.state.status !== 'working' && task.updated + KEPT_MS < Date.now()) this.#tasks.delete(task.id);
    return [...this.#tasks.values()].filter((task) => task.owner === owner).length < MAX_TASKS;
  }
}

/** A text as the client may read it. */
async function readable(text: string): Promise<string> {
  const told = await cleared({ isError: true, text }).catch(() => undefined);
  return String(told?.text ?? 'What it says was withheld.');
}

function shown({ id, created, updated, state, message }: Task): JsonObject {
  return {
    taskId: id,
    ...state,
    ...(message !== undefined && { statusMessage: message }),
    createdAt: new Date(created).toISOString(),
    lastUpdatedAt: new Date(updated).toISOString(),
    ttlMs: (state.status === 'working' ? Date.now() : updated) - created + KEPT_MS,
    pollIntervalMs: POLL_MS,
  };
}
