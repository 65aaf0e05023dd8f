import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Programs of one Go module, built in a folder of `modules/`. */
export interface Module {
  name: string;
  folder: string;
  /** The program's version, from go.mod: `v1.36.3`. */
  version: string;
  /** The oldest Go that can build it. */
  goVersion: string;
  /** Go packages by binary name. */
  packages: Record<string, string>;
  /** Values for the linker's -X: what the binaries report about themselves. */
  stamps(): Record<string, string>;
  /** Build tags, which leave out what no test needs. */
  tags?: string;
}

const kubernetes = load('kubernetes', 'k8s.io/kubernetes', {
  'kube-apiserver': 'cmd/kube-apiserver',
  'kube-controller-manager': 'cmd/kube-controller-manager',
  'kube-scheduler': 'cmd/kube-scheduler',
  kubectl: 'cmd/kubectl',
});
const kubernetesNode = load('kubernetes', 'k8s.io/kubernetes', {
  kubelet: 'cmd/kubelet',
  'kube-proxy': 'cmd/kube-proxy',
});
kubernetes.stamps = kubernetesNode.stamps = () => {
  const [, major = '', minor = ''] = /^v(\d+)\.(\d+)\./.exec(kubernetes.version) ?? [];
  const values = {
    gitVersion: kubernetes.version,
    gitMajor: major,
    gitMinor: minor,
    // The module proxy serves a tag's archive without its commit.
    gitCommit: 'unknown',
    gitTreeState: 'archive',
    buildDate: new Date().toISOString().replace(/\.\d+/, ''),
  };
  const stamps: Record<string, string> = {};
  for (const [name, value] of Object.entries(values)) {
    stamps[`k8s.io/component-base/version.${name}`] = value;
    stamps[`k8s.io/client-go/pkg/version.${name}`] = value;
  }
  return stamps;
};

const etcd = load('etcd', 'go.etcd.io/etcd/server/v3', { etcd: '' });

const kwok = load('kwok', 'sigs.k8s.io/kwok', { kwok: 'cmd/kwok' });
kwok.stamps = () => ({ 'sigs.k8s.io/kwok/pkg/consts.Version': kwok.version.slice(1) });

const metricsServer = load('metrics-server', 'sigs.k8s.io/metrics-server', { 'metrics-server': 'cmd/metrics-server' });
metricsServer.stamps = () => ({ 'sigs.k8s.io/metrics-server/pkg/version.gitVersion': metricsServer.version });

const containerd = load('containerd', 'github.com/containerd/containerd/v2', {
  containerd: 'cmd/containerd',
  'containerd-shim-runc-v2': 'cmd/containerd-shim-runc-v2',
  ctr: 'cmd/ctr',
});
containerd.stamps = () => ({ 'github.com/containerd/containerd/v2/version.Version': containerd.version });

const cniPlugins = load('cni-plugins', 'github.com/containernetworking/plugins', {
  ptp: 'plugins/main/ptp',
  loopback: 'plugins/main/loopback',
  'host-local': 'plugins/ipam/host-local',
  portmap: 'plugins/meta/portmap',
});

/** With the plugins that its main.go names; all of them need clients of every cloud, which are most of the build. */
const coredns: Module = {
  ...load('coredns', 'github.com/coredns/coredns', {}),
  packages: { coredns: './coredns' },
};

const localPathProvisioner = load('local-path-provisioner', 'github.com/rancher/local-path-provisioner', {
  'local-path-provisioner': '',
});

/** Not part of the cluster: renders the chart of `deploy/`. */
export const helmModule = load('helm', 'helm.sh/helm/v4', { helm: 'cmd/helm' });

/** Not part of the cluster: the helm of those who have not moved on to the newest major version. */
export const helm3Module = load('helm-3', 'helm.sh/helm/v3', { 'helm-3': 'cmd/helm' });

/** Not part of the cluster: a registry that keeps what is pushed in memory. */
export const registryModule = load('registry', 'github.com/google/go-containerregistry', { registry: 'cmd/registry' });

/** Not part of the cluster: scrapes it. Without its service discoveries, whose cloud clients are most of the build. */
export const prometheusModule: Module = {
  ...load('prometheus', 'github.com/prometheus/prometheus', { prometheus: 'cmd/prometheus' }),
  tags: 'remove_all_sd',
};

/** Every module of the cluster, quickest build first. */
export const modules: readonly Module[] = [etcd, kwok, metricsServer, kubernetes];

/** The modules that only a real node needs. */
export const nodeModules: readonly Module[] = [kubernetesNode, containerd, cniPlugins, coredns, localPathProvisioner];

/** The oldest Go that can build them all. */
export const neededGo = modules
  .map(({ goVersion }) => goVersion)
  .sort((one, other) => one.localeCompare(other, 'en', { numeric: true }))
  .at(-1);

/** The folder name of a module's binaries; differs by version, dependencies and platform. */
export function buildKey(module: Module): string {
  const hash = createHash('sha256');
  for (const file of ['go.mod', 'go.sum']) hash.update(readFileSync(join(module.folder, file)));
  const digest = hash.digest('hex').slice(0, 10);
  return `${module.name}-${module.version}-${digest}-${process.platform}-${process.arch}`;
}

/**
 * Kubernetes is built from the dependencies of its release. All other programs share theirs: what many of them need,
 * Kubernetes' client above all, is then compiled once.
 */
function load(name: string, path: string, packages: Record<string, string>): Module {
  const folder = join(import.meta.dirname, 'modules', name === 'kubernetes' ? name : 'tools');
  const goMod = readFileSync(join(folder, 'go.mod'), 'utf8');
  const lines = goMod.split('\n').map((line) =>
    line
      .replace(/^require /, '')
      .trim()
      .split(/\s+/),
  );
  const value = (key: string) => lines.find(([first, second]) => first === key && second !== undefined)?.[1];
  const version = value(path);
  const goVersion = value('go');
  if (!version || !goVersion) throw new Error(`${folder}/go.mod does not require ${path}`);
  const full = Object.entries(packages).map(([binary, suffix]) => [binary, suffix ? `${path}/${suffix}` : path]);
  return { name, folder, version, goVersion, packages: Object.fromEntries(full), stamps: () => ({}) };
}
