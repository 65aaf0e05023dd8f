import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import * as vscode from 'vscode';
import { parse } from 'yaml';
import { page } from './harness/page.ts';
import { row } from './tree.ts';
import { environment } from './workspace.ts';

/** A proxy between VS Code and the API server. */
class Gate {
  /** How it treats a connection: holds, breaks or relays it. */
  mode: 'holds' | 'breaks' | 'opens' = 'holds';
  connections = 0;
  readonly #held: Socket[] = [];
  readonly #relayed: Socket[] = [];
  readonly #server = createServer((socket) => {
    this.connections += 1;
    socket.on('error', () => {});
    if (this.mode === 'breaks') socket.destroy();
    else if (this.mode === 'holds') this.#held.push(socket);
    else this.#relay(socket);
  });
  readonly #port: number;

  constructor(port: number) {
    this.#port = port;
  }

  /** Its own port. */
  async listen(): Promise<number> {
    await once(this.#server.listen(0, '127.0.0.1'), 'listening');
    const address = this.#server.address();
    return typeof address === 'object' ? (address?.port ?? 0) : 0;
  }

  /** From now on nothing is answered. */
  hold(): void {
    this.mode = 'holds';
    for (const socket of this.#relayed) socket.destroy();
  }

  breakOff(): void {
    this.mode = 'breaks';
    for (const socket of [...this.#held, ...this.#relayed]) socket.destroy();
  }

  close(): void {
    this.breakOff();
    this.#server.close();
  }

  #relay(socket: Socket): void {
    this.#relayed.push(socket);
    socket.pipe(connect(this.#port, '127.0.0.1').on('error', () => socket.destroy())).pipe(socket);
  }
}

/** Adds a context `far` to the kubeconfig in use: the test cluster behind a proxy that holds connections at first. */
export async function withFarCluster(run: (gate: Gate) => Promise<void>): Promise<void> {
  const content = parse(await readFile(environment.kubeconfig, 'utf8'));
  const gate = new Gate(Number(new URL(content.clusters[0].cluster.server).port));
  const folder = await mkdtemp(join(tmpdir(), 'mcp-k8s-dead-'));
  const file = join(folder, 'dead.yaml');
  const settings = vscode.workspace.getConfiguration('mcpK8s');
  const cluster = { server: `https://127.0.0.1:${await gate.listen()}`, 'insecure-skip-tls-verify': true };
  const context = { cluster: 'far', user: content.users[0].name };
  const far = { clusters: [{ name: 'far', cluster }], contexts: [{ name: 'far', context }] };
  await writeFile(file, JSON.stringify(far));
  const kubeconfig = [environment.kubeconfig, file].join(delimiter);
  await settings.update('kubeconfig', kubeconfig, vscode.ConfigurationTarget.Global);
  try {
    await run(gate);
  } finally {
    await settings.update('kubeconfig', undefined, vscode.ConfigurationTarget.Global);
    gate.close();
    await rm(folder, { recursive: true });
    await page.waitFor(row('refused'));
  }
}
