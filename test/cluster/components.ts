import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Cluster as Endpoint } from '@kubernetes/client-node';
import { stringify } from 'yaml';
import type { Program } from '../support/guardian.ts';
import type { Binaries } from './binaries.ts';
import type { Subject } from './certificates.ts';
import type { DataFolder } from './data-folder.ts';
import { NODE_ADDRESS, NODE_NAME, SERVICE_CIDR } from './node/config.ts';
import { kubeconfig } from './users.ts';

/** A port for each listener. */
export const portNames = [
  'etcd',
  'etcdPeer',
  'apiServer',
  'scheduler',
  'kwok',
  'kubelet',
  'podPort',
  'metricsServer',
  'nodeProxy',
] as const;
export type Ports = Record<(typeof portNames)[number], number>;

/** The metrics-server's address, as named in its certificate. */
export const metricsServerHost = 'metrics-server.kube-system.svc';

/** The file of the issuers that the API server trusts; it is read again when it changes. */
export const AUTHENTICATION_CONFIG = 'authentication.json';

const master = (name: string): Subject => ({ name, groups: ['system:masters'] });

/** The subjects of the components' certificates. */
export const subjects: Record<string, Subject> = {
  server: {
    name: 'mcp-k8s-test',
    hosts: [
      ...['localhost', '127.0.0.1', metricsServerHost],
      // The API server's address for pods.
      ...['kubernetes', 'kubernetes.default', 'kubernetes.default.svc', 'kubernetes.default.svc.cluster.local'],
      ...['10.96.0.1', NODE_ADDRESS],
    ],
  },
  'front-proxy': { name: 'front-proxy' },
  'api-server-client': master('kube-apiserver'),
  'kube-controller-manager': master('system:kube-controller-manager'),
  'kube-scheduler': master('system:kube-scheduler'),
  'metrics-server': master('system:metrics-server'),
  kwok: master('system:kwok'),
  node: { name: `system:node:${NODE_NAME}`, groups: ['system:nodes'], hosts: [NODE_NAME, NODE_ADDRESS] },
  'kube-proxy': { name: 'system:kube-proxy' },
};

/** The command lines of a cluster's components. */
export class Components {
  readonly #binaries: Binaries;
  readonly #data: DataFolder;
  readonly #ports: Ports;
  readonly #realNode: boolean;
  /** The API server's URL for kubeconfigs. */
  readonly endpoint: Endpoint;

  constructor(binaries: Binaries, data: DataFolder, ports: Ports, realNode: boolean) {
    this.#realNode = realNode;
    this.#binaries = binaries;
    this.#data = data;
    this.#ports = ports;
    this.endpoint = {
      name: 'mcp-k8s',
      server: `https://127.0.0.1:${ports.apiServer}`,
      caData: Buffer.from(data.caCertificate).toString('base64'),
      skipTLSVerify: false,
    };
  }

  etcd(): Program {
    const url = (port: number) => `https://127.0.0.1:${port}`;
    return this.#component('etcd', [
      `--data-dir=${this.#data.file('etcd')}`,
      '--unsafe-no-fsync',
      `--listen-client-urls=${url(this.#ports.etcd)}`,
      `--advertise-client-urls=${url(this.#ports.etcd)}`,
      `--listen-peer-urls=${url(this.#ports.etcdPeer)}`,
      `--initial-advertise-peer-urls=${url(this.#ports.etcdPeer)}`,
      `--initial-cluster=default=${url(this.#ports.etcdPeer)}`,
      '--client-cert-auth',
      '--peer-client-cert-auth',
      ...this.#flags({
        'trusted-ca-file': 'ca.crt',
        'cert-file': 'server.crt',
        'key-file': 'server.key',
        'peer-trusted-ca-file': 'ca.crt',
        'peer-cert-file': 'server.crt',
        'peer-key-file': 'server.key',
      }),
      '--log-level=warn',
    ]);
  }

  apiServer(): Program {
    return this.#component('kube-apiserver', [
      `--etcd-servers=https://127.0.0.1:${this.#ports.etcd}`,
      '--bind-address=127.0.0.1',
      '--advertise-address=127.0.0.1',
      `--secure-port=${this.#ports.apiServer}`,
      // Endpoints must not be loopback addresses, and the server listens on nothing else.
      '--endpoint-reconciler-type=none',
      '--authorization-mode=Node,RBAC',
      '--allow-privileged',
      '--profiling=false',
      `--service-cluster-ip-range=${SERVICE_CIDR}`,
      '--service-account-issuer=https://kubernetes.default.svc',
      '--kubelet-preferred-address-types=InternalDNS,InternalIP',
      ...(this.#realNode ? [`--egress-selector-config-file=${this.#egress()}`] : []),
      '--requestheader-allowed-names=front-proxy',
      '--requestheader-username-headers=X-Remote-User',
      '--requestheader-group-headers=X-Remote-Group',
      '--requestheader-extra-headers-prefix=X-Remote-Extra-',
      ...this.#flags({
        'etcd-cafile': 'ca.crt',
        'etcd-certfile': 'api-server-client.crt',
        'etcd-keyfile': 'api-server-client.key',
        'tls-cert-file': 'server.crt',
        'tls-private-key-file': 'server.key',
        'client-ca-file': 'ca.crt',
        'token-auth-file': 'tokens.csv',
        'authentication-config': AUTHENTICATION_CONFIG,
        'service-account-key-file': 'service-account.pub',
        'service-account-signing-key-file': 'service-account.key',
        'kubelet-certificate-authority': 'ca.crt',
        'kubelet-client-certificate': 'api-server-client.crt',
        'kubelet-client-key': 'api-server-client.key',
        'requestheader-client-ca-file': 'ca.crt',
        'proxy-client-cert-file': 'front-proxy.crt',
        'proxy-client-key-file': 'front-proxy.key',
      }),
    ]);
  }

  controllerManager(): Program {
    return this.#component('kube-controller-manager', [
      ...this.#clientFlags('kube-controller-manager'),
      '--secure-port=0',
      '--leader-elect=false',
      '--kube-api-qps=1000',
      '--kube-api-burst=2000',
      // Where real CPU is used, the default of a minute is too long to wait.
      ...(this.#realNode
        ? ['--horizontal-pod-autoscaler-sync-period=3s', '--horizontal-pod-autoscaler-initial-readiness-delay=3s']
        : []),
      ...this.#flags({
        'service-account-private-key-file': 'service-account.key',
        'root-ca-file': 'ca.crt',
      }),
    ]);
  }

  scheduler(): Program {
    const config = this.#data.write(
      'scheduler.yaml',
      stringify({
        apiVersion: 'kubescheduler.config.k8s.io/v1',
        kind: 'KubeSchedulerConfiguration',
        leaderElection: { leaderElect: false },
        clientConnection: { kubeconfig: this.#kubeconfig('kube-scheduler'), qps: 1000, burst: 2000 },
      }),
    );
    return this.#component('kube-scheduler', [
      `--config=${config}`,
      `--authentication-kubeconfig=${this.#kubeconfig('kube-scheduler')}`,
      `--authorization-kubeconfig=${this.#kubeconfig('kube-scheduler')}`,
      `--secure-port=${this.#ports.scheduler}`,
      '--bind-address=127.0.0.1',
      ...this.#flags({ 'tls-cert-file': 'server.crt', 'tls-private-key-file': 'server.key' }),
    ]);
  }

  kwok(config: string): Program {
    return this.#component('kwok', [`--kubeconfig=${this.#kubeconfig('kwok')}`, `--config=${config}`]);
  }

  /** Our front for KWOK: see kubelet.ts. */
  kubelet(): Program {
    const script = join(import.meta.dirname, 'kubelet.ts');
    const ports = [this.#ports.kubelet, this.#ports.kwok, this.#ports.podPort].map(String);
    const files = ['server.crt', 'server.key', 'ca.crt'].map((name) => this.#data.file(name));
    return { ...this.#component('kubelet', [script, ...ports, ...files]), command: process.execPath };
  }

  metricsServer(): Program {
    const program = this.#component('metrics-server', [
      ...this.#clientFlags('metrics-server'),
      `--secure-port=${this.#ports.metricsServer}`,
      '--bind-address=127.0.0.1',
      '--metric-resolution=10s',
      '--kubelet-request-timeout=5s',
      '--kubelet-use-node-status-port',
      '--kubelet-preferred-address-types=InternalDNS,InternalIP',
      ...this.#flags({
        'tls-cert-file': 'server.crt',
        'tls-private-key-file': 'server.key',
        'kubelet-certificate-authority': 'ca.crt',
        'kubelet-client-certificate': 'api-server-client.crt',
        'kubelet-client-key': 'api-server-client.key',
      }),
    ]);
    if (!this.#realNode) return program;
    // The simulated kubelets are on the loopback interface, which never goes through a proxy.
    return { ...program, env: { ...program.env, HTTPS_PROXY: `http://127.0.0.1:${this.#ports.nodeProxy}` } };
  }

  /** How the API server reaches kubelets, pods and services: see node/passage.ts. */
  #egress(): string {
    const uds = { udsName: this.#data.file('node/egress.sock') };
    const connection = { proxyProtocol: 'HTTPConnect', transport: { uds } };
    return this.#data.write(
      'egress.yaml',
      stringify({
        apiVersion: 'apiserver.k8s.io/v1beta1',
        kind: 'EgressSelectorConfiguration',
        egressSelections: [{ name: 'cluster', connection }],
      }),
    );
  }

  #component(name: string, args: string[]): Program {
    const binary = Object.entries(this.#binaries).find(([known]) => known === name)?.[1];
    const folder = this.#data.file(`work/${name}`);
    mkdirSync(folder, { recursive: true });
    // The user's environment (proxies, kubeconfigs, tokens) must not reach a component or a command in a "pod".
    // With little in memory, Go would collect garbage all the time; with more threads, look for work instead of waiting.
    const env: Record<string, string> = { HOME: folder, TMPDIR: folder, GOGC: '400', GOMAXPROCS: '1' };
    for (const key of ['PATH', 'SystemRoot', 'TEMP']) if (process.env[key]) env[key] = process.env[key];
    return { name, command: binary?.path ?? name, args, env, folder };
  }

  #flags(files: Record<string, string>): string[] {
    return Object.entries(files).map(([flag, name]) => `--${flag}=${this.#data.file(name)}`);
  }

  #clientFlags(name: string): string[] {
    const file = this.#kubeconfig(name);
    return ['kubeconfig', 'authentication-kubeconfig', 'authorization-kubeconfig'].map((flag) => `--${flag}=${file}`);
  }

  #kubeconfig(name: string): string {
    const login = this.#data.login(name);
    return this.#data.write(`${name}.kubeconfig`, kubeconfig(this.endpoint, { [name]: login }));
  }
}
