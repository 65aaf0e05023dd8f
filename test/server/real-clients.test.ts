import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { testCluster } from './environment.ts';
import { HttpServer } from './http-process.ts';
import { SERVER } from './mcp-process.ts';
import { type Era, type Job, REAL_CLIENTS, REVISIONS, type RealClient, WAYS, type Way } from './real-clients.ts';

const DOCUMENT = new URL('../../docs/clients.md', import.meta.url);

/** As the document names them. */
const ERA_NAMES: Record<Era, string> = { legacy: 'handshake', modern: '2026-07-28' };

describe('clients that others wrote', () => {
  let kubeconfig: string;
  before(async () => {
    kubeconfig = (await testCluster()).kubeconfig('viewer');
  });

  for (const client of REAL_CLIENTS) {
    it(`list and call: ${client.name} ${client.version}`, async () => {
      const [server, stateless] = await Promise.all([
        HttpServer.start(['--kubeconfig', kubeconfig]),
        HttpServer.start(['--kubeconfig', kubeconfig, '--stateless', '--transport', 'streamable-http']),
      ]);
      const places: Record<Way, Pick<Job, 'url' | 'command'>> = {
        stdio: { command: [process.execPath, SERVER, '--kubeconfig', kubeconfig] },
        'Streamable HTTP': { url: server.url('/mcp') },
        'without sessions': { url: stateless.url('/mcp') },
        SSE: { url: server.url('/sse') },
      };
      const jobs = jobsOf(client).map((job) => ({ ...job, ...places[job.over] }));
      const results = await client.drive(jobs);
      assert.equal(results.length, jobs.length);
      const cells = new Map<Way, string[]>();
      for (const [index, { revision, tools, text }] of results.entries()) {
        const { era, over } = jobs[index] as Job;
        const place = `${era} over ${over}`;
        assert.equal(tools, 17, place);
        assert.match(text, /deployments\.apps in namespace shop/, place);
        if (revision !== undefined)
          assert.equal(revision >= REVISIONS.modern, era === 'modern', `${place}: ${revision}`);
        const names = cells.get(over) ?? [];
        cells.set(over, [...names, ERA_NAMES[era]]);
      }
      const row = WAYS.map((way) => cells.get(way)?.join(', ') ?? '–');
      assert.deepEqual((await documented()).get(`${client.name} ${client.version}`), row, 'docs/clients.md');
    });
  }

  it('are the ones of docs/clients.md', async () => {
    const names = REAL_CLIENTS.map(({ name, version }) => `${name} ${version}`);
    assert.deepEqual([...(await documented()).keys()], names);
  });
});

/** The table of the document: the cells of each client. */
async function documented(): Promise<Map<string, string[]>> {
  const text = await readFile(DOCUMENT, 'utf8');
  return new Map(
    [...text.matchAll(/^\| `(.*?)` *\| (\S+) *\|(.*)\|$/gm)].map(([, name, version, cells = '']) => [
      `${name} ${version}`,
      cells.split('|').map((cell) => cell.trim()),
    ]),
  );
}

function jobsOf({ speaks }: RealClient): Pick<Job, 'era' | 'over' | 'revision'>[] {
  return (Object.keys(REVISIONS) as Era[]).flatMap((era) =>
    (speaks[era] ?? []).map((over) => ({ era, over, revision: REVISIONS[era] })),
  );
}
