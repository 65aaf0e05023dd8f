import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A Prometheus that repeats what it is given, wherever an answer of it has text. */
export interface RepeatingPrometheus {
  url: string;
  /** What it says from now on. */
  repeat(secrets: readonly string[]): void;
  stop(): void;
}

/** Names of labels under which a credential is recognised. */
const LABELS = ['DB_PASSWORD', 'API_KEY', 'password', 'auth_token'];
/** Where a credential ends is clear only without spaces and quotes. */
const PLAIN = /^[\w+/=.~-]+$/;

export async function startRepeatingPrometheus(): Promise<RepeatingPrometheus> {
  let said: readonly string[] = [];
  const server = createServer(({ url = '' }, response) => {
    const { pathname, searchParams } = new URL(url, 'http://localhost');
    const text = said.map((secret) => `password=${secret}`).join('\n');
    if (/count by/.test(searchParams.get('query') ?? '')) {
      response.writeHead(400).end(JSON.stringify({ status: 'error', error: `parse error near\n${text}` }));
      return;
    }
    const end = Number(searchParams.get('end') ?? Date.now() / 1_000);
    const result = said.flatMap((secret, index) =>
      LABELS.map((label) => ({
        metric: { __name__: 'planted', [label]: secret, series: String(index), note: `${label}=${secret}` },
        values: [[end, '1']],
        value: [end, '1'],
      })),
    );
    const alerts = LABELS.map((alertname) => ({
      state: 'firing',
      labels: { alertname, severity: 'critical' },
      annotations: { summary: text },
    }));
    const data = pathname.endsWith('/alerts') ? { alerts } : { resultType: 'matrix', result };
    response.end(JSON.stringify({ status: 'success', data, warnings: [text], infos: [text] }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    repeat: (secrets) => {
      said = secrets.filter((secret) => PLAIN.test(secret)).slice(0, 10);
    },
    stop: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
