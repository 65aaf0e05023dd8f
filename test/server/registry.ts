import { once } from 'node:events';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { request as forward } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findRegistry } from '../cluster/binaries.ts';
import { createAuthority } from '../cluster/certificates.ts';
import { freePorts } from '../cluster/ports.ts';
import { Processes } from '../support/processes.ts';

/** An OCI registry on this machine, by https and with a login. */
export interface TestRegistry {
  /** `localhost:1234`. */
  host: string;
  /** The file of the authority that vouches for it. */
  authority: string;
  stop(): Promise<void>;
}

/** Starts a registry that asks for this login. */
export async function startRegistry(username: string, password: string): Promise<TestRegistry> {
  const [{ path }, folder, { port }] = await Promise.all([
    findRegistry(console.error),
    mkdtemp(join(tmpdir(), 'registry-')),
    freePorts(['port']),
  ]);
  const processes = new Processes(folder);
  processes.start({ name: 'registry', command: path, args: [`-port=${port}`], env: {}, folder });
  await processes.until('registry', async () => (await fetch(`http://localhost:${port}/v2/`)).ok);
  const authority = await createAuthority('registry');
  const pair = await authority.issue({ name: 'localhost', hosts: ['localhost'] });
  const file = join(folder, 'ca.pem');
  await writeFile(file, authority.certificate);
  const expected = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
  // The registry itself knows neither TLS nor logins.
  const front = createServer({ key: pair.private, cert: pair.public }, (request, response) => {
    const { method, url: where, headers } = request;
    if (headers.authorization !== expected) {
      response.writeHead(401, { 'www-authenticate': 'Basic realm="charts"' }).end();
      return;
    }
    const passed = forward({ host: 'localhost', port, method, path: where, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    passed.on('error', () => response.destroy());
    request.pipe(passed);
  });
  front.listen(0, 'localhost');
  await once(front, 'listening');
  return {
    host: `localhost:${(front.address() as AddressInfo).port}`,
    authority: file,
    stop: async () => {
      front.close();
      front.closeAllConnections();
      await processes.end();
    },
  };
}
