import { once } from 'node:events';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { findPrometheus } from '../cluster/binaries.ts';
import { freePorts } from '../cluster/ports.ts';
import { Processes } from '../support/processes.ts';
import { testCluster } from './environment.ts';
import { fieldOf } from './scratch.ts';

/** A running Prometheus that scrapes the control plane, the simulated kubelets, and a page of the test's own. */
export interface TestPrometheus {
  /** Its address on this machine. */
  url: string;
  port: number;
  /** An address of this machine that a Service may have as its endpoint; undefined if it has none. */
  address: string | undefined;
  /** What the page says from now on, in the text format of Prometheus. */
  page(text: () => string): void;
  /** Waits until a query has a result. */
  until(query: string): Promise<void>;
  stop(): Promise<void>;
}

/** @param rules of alerts, as in a rule file. */
export async function startPrometheus(rules: object[]): Promise<TestPrometheus> {
  const [{ path }, cluster, folder] = await Promise.all([
    findPrometheus(console.error),
    testCluster(),
    mkdtemp(join(tmpdir(), 'mcp-k8s-prometheus-')),
  ]);
  let text = () => '';
  const exporter = createServer((_, response) => response.setHeader('content-type', 'text/plain').end(text()));
  exporter.listen(0, '127.0.0.1');
  await once(exporter, 'listening');
  const { port } = await freePorts(['port']);
  const config = parse(await readFile(cluster.kubeconfig('admin'), 'utf8'));
  const [{ cluster: server }] = config.clusters;
  const [{ user }] = config.users;
  const write = async (name: string, content: string | Buffer) => {
    await writeFile(join(folder, name), content);
    return join(folder, name);
  };
  const tls_config = {
    ca_file: await write('ca.crt', Buffer.from(server['certificate-authority-data'], 'base64')),
    cert_file: await write('client.crt', Buffer.from(user['client-certificate-data'], 'base64')),
    key_file: await write('client.key', Buffer.from(user['client-key-data'], 'base64')),
  };
  const secure = (host: string) => ({ scheme: 'https', tls_config, static_configs: [{ targets: [host] }] });
  const nodes = ['node-0', 'node-1', 'node-2'];
  const kubelet = await fieldOf('{.status.daemonEndpoints.kubeletEndpoint.Port}', 'node', 'node-0');
  const file = await write(
    'prometheus.yml',
    stringify({
      global: { scrape_interval: '1s', scrape_timeout: '1s', evaluation_interval: '1s' },
      rule_files: [await write('rules.yml', stringify({ groups: [{ name: 'test', rules }] }))],
      scrape_configs: [
        { job_name: 'apiserver', ...secure(new URL(server.server).host) },
        ...nodes.map((node) => ({
          job_name: node,
          honor_labels: true,
          honor_timestamps: false,
          metrics_path: `/metrics/nodes/${node}/metrics/resource`,
          ...secure(`localhost:${kubelet}`),
        })),
        {
          job_name: 'page',
          honor_labels: true,
          static_configs: [{ targets: [`127.0.0.1:${(exporter.address() as AddressInfo).port}`] }],
        },
      ],
    }),
  );
  const processes = new Processes(folder);
  processes.start({
    name: 'prometheus',
    command: path,
    args: [
      `--config.file=${file}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=0.0.0.0:${port}`,
      '--log.level=warn',
    ],
    env: { PATH: process.env.PATH ?? '' },
    folder,
  });
  const url = `http://127.0.0.1:${port}`;
  const external = Object.values(networkInterfaces()).flatMap((all) => all ?? []);
  const until = (query: string) =>
    processes
      .until('prometheus', async () => {
        const answer = await fetch(`${url}/api/v1/query?${new URLSearchParams({ query })}`);
        const { data } = (await answer.json()) as { data: { result: unknown[] } };
        return data.result.length > 0;
      })
      .then(() => undefined);
  await processes.until('prometheus', async () => (await fetch(`${url}/-/ready`)).ok);
  return {
    url,
    port,
    address: external.find(({ internal, family }) => !internal && family === 'IPv4')?.address,
    page: (content) => {
      text = content;
    },
    until,
    stop: async () => {
      exporter.close();
      exporter.closeAllConnections();
      await processes.end();
    },
  };
}
