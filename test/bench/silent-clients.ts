import { Agent } from 'undici';
import { HttpSession } from './http-session.ts';

/**
 * Clients of an HTTP server that come, listen, subscribe and call, and go without a word: their sockets are destroyed,
 * of every second one in the middle of a call.
 */
export async function silentClients(origin: string, count: number, uri: string): Promise<void> {
  await Promise.all(Array.from({ length: count }, (_, index) => comeAndGo(origin, uri, index % 2 === 0)));
}

async function comeAndGo(origin: string, uri: string, goesInCall: boolean): Promise<void> {
  const agent = new Agent();
  const get = { kind: 'Deployment', name: 'web', namespace: 'shop' };
  try {
    const session = await HttpSession.start(agent, origin);
    await session.listen();
    // The API server may be away.
    await session.request('resources/subscribe', { uri }).catch(() => undefined);
    await session.answer('get_resource', get);
    if (!goesInCall) return;
    const left = session.answer('diagnose_resource', get).catch(() => undefined);
    await agent.destroy();
    await left;
  } finally {
    await agent.destroy();
  }
}
