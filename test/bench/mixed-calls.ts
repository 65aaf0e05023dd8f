/** A session of an agent, over either transport. */
interface Caller {
  answer(name: string, args: object): Promise<{ text: string; isError: boolean }>;
}

/** A call without an answer after this many milliseconds counts as lost. */
const LOST_MS = 180_000;

/** What became of all calls. */
export class CallRecord {
  calls = 0;
  /** How often each error was answered, by its beginning. */
  readonly errors = new Map<string, number>();
  /** The calls that ended without an answer. */
  readonly lost: string[] = [];
}

/** An agent's calls, each of which has to end in an answer or a named error. */
export class MixedCalls {
  readonly #caller: Caller;
  readonly #record: CallRecord;

  constructor(caller: Caller, record: CallRecord) {
    this.#caller = caller;
    this.#record = record;
  }

  /** The answer; undefined if the call was lost. */
  async call(name: string, args: object): Promise<{ text: string; isError: boolean } | undefined> {
    this.#record.calls += 1;
    const late = Promise.withResolvers<never>();
    const timer = setTimeout(() => late.reject(new Error(`no answer in ${LOST_MS / 1_000} s`)), LOST_MS);
    try {
      const answer = await Promise.race([this.#caller.answer(name, args), late.promise]);
      if (answer.text === '') throw new Error('an empty answer');
      if (answer.isError) this.#count(`${name}: ${answer.text}`);
      return answer;
    } catch (error) {
      this.#record.lost.push(`${name}: ${(error as Error).message}`);
      return undefined;
    } finally {
      clearTimeout(timer);
    }
  }

  /** What an agent reads while it looks for a fault. */
  async read(): Promise<void> {
    await Promise.all([
      this.call('list_resources', { kind: 'Pod', namespace: 'shop' }),
      this.call('get_resource', { kind: 'Deployment', name: 'web', namespace: 'shop' }),
      this.call('list_events', { namespace: 'shop' }),
    ]);
    await this.call('diagnose_resource', { kind: 'Deployment', name: 'payments', namespace: 'shop' });
    await this.call('get_pod_logs', { kind: 'Deployment', name: 'payments', namespace: 'shop', tailLines: 5 });
  }

  #count(text: string): void {
    const beginning = text.split('\n', 1)[0]?.replace(/\d+/g, '#').slice(0, 160) ?? '';
    this.#record.errors.set(beginning, (this.#record.errors.get(beginning) ?? 0) + 1);
  }
}
