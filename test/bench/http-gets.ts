import { Agent } from 'undici';
import { type HttpLoadInput, type Listening, ourTarget, serving, theirTarget } from './http-load.ts';
import { HttpSession } from './http-session.ts';
import { processorTimeOf } from './processor-time.ts';
import { milliseconds, type Row } from './report.ts';

const CLIENTS = [1, 10, 50, 200];
/** Of calls to either server in turn; each turn as many. */
const TURNS = 5;
const CALLS = 400;

interface Running extends Listening {
  sessions: HttpSession[];
  agent: Agent;
  /** For each turn, in milliseconds. */
  each: number[];
  processor: number[];
}

/** The cost of a `get` when 1 to 200 clients call as often as they can. The machine's cores are shared with them. */
export async function httpGets(input: Omit<HttpLoadInput, 'clients' | 'seconds'>): Promise<Row[]> {
  const rows: Row[] = [];
  for (const clients of CLIENTS) {
    input.progress(`HTTP, ${clients} clients`);
    const [ours, theirs] = await serving(ourTarget(input), (our) =>
      serving(theirTarget(input), async (their) => {
        const running = [await join(our, clients), await join(their, clients)] as const;
        for (let turn = 0; turn <= TURNS; turn += 1) for (const one of running) await measure(one, turn === 0);
        for (const { sessions, agent } of running) {
          await Promise.all(sessions.map((session) => session.end()));
          await agent.close();
        }
        return running;
      }),
    );
    const name = `get over HTTP, ${clients} ${clients === 1 ? 'client' : 'clients'}`;
    const row = (what: string, of: (one: Running) => number[]): Row => ({
      name: `${name}, ${what}`,
      ours: Math.min(...of(ours)),
      other: Math.min(...of(theirs)),
      format: milliseconds,
      // 1.2 times as many calls a second.
      target: 1 / 1.2,
    });
    rows.push(
      row('each', ({ each }) => each),
      row('processor time of each', ({ processor }) => processor),
    );
  }
  return rows;
}

async function join(server: Listening, clients: number): Promise<Running> {
  const agent = new Agent({ connections: clients, keepAliveTimeout: 60_000 });
  const sessions = await Promise.all(Array.from({ length: clients }, () => HttpSession.start(agent, server.origin)));
  return { ...server, sessions, agent, each: [], processor: [] };
}

async function measure({ pid, target, sessions, each, processor }: Running, isWarmUp: boolean): Promise<void> {
  let left = CALLS;
  const used = await processorTimeOf(pid);
  const begin = performance.now();
  await Promise.all(
    sessions.map(async (session) => {
      for (; left > 0; ) {
        left -= 1;
        await target.call(session);
      }
    }),
  );
  if (isWarmUp) return;
  each.push((performance.now() - begin) / CALLS);
  processor.push(((await processorTimeOf(pid)) - used) / CALLS);
}
