import { join } from 'node:path';
import { stringify } from 'yaml';
import type { DataFolder } from '../data-folder.ts';

/** The node as the API server knows it, and its networks; KWOK has the rest of 10.244.0.0/16. */
export const NODE_NAME = 'real-node';
export const NODE_ADDRESS = '10.250.0.1';
export const POD_CIDR = '10.244.240.0/24';
export const SERVICE_CIDR = '10.96.0.0/16';
export const DNS_ADDRESS = '10.96.0.10';
/** The label of a node whose pods really run. */
export const REAL_LABEL = 'node.mcp-k8s.dev/real';
export const PAUSE_IMAGE = 'registry.k8s.io/pause:3.10';

/** Writes the configuration of the node's programs into the data folder `node`; returns its path. */
export function writeNodeConfig(data: DataFolder, cniFolder: string, runc: string): string {
  const folder = data.file('node');
  const write = (name: string, content: string) => data.write(`node/${name}`, content);
  write('containerd.toml', containerd(folder, cniFolder, runc));
  write('kubelet.yaml', stringify(kubelet(data, folder)));
  write('kube-proxy.yaml', stringify(kubeProxy(folder)));
  write('resolv.conf', '');
  write('cni/10-pods.conflist', JSON.stringify(podNetwork));
  return folder;
}

function containerd(folder: string, cniFolder: string, runc: string): string {
  const string = JSON.stringify;
  return `version = 3
root = "/var/lib/containerd"
state = "/run/containerd"
[grpc]
address = ${string(join(folder, 'containerd.sock'))}
[plugins."io.containerd.cri.v1.images".pinned_images]
sandbox = ${string(PAUSE_IMAGE)}
[plugins."io.containerd.cri.v1.runtime"]
# Where a machine lacks CAP_SYS_RESOURCE no process may ask to be spared.
restrict_oom_score_adj = true
disable_apparmor = true
[plugins."io.containerd.cri.v1.runtime".cni]
bin_dirs = [${string(cniFolder)}]
conf_dir = ${string(join(folder, 'cni'))}
[plugins."io.containerd.cri.v1.runtime".containerd.runtimes.runc]
runtime_type = "io.containerd.runc.v2"
[plugins."io.containerd.cri.v1.runtime".containerd.runtimes.runc.options]
BinaryName = ${string(runc)}
`;
}

function kubelet(data: DataFolder, folder: string): object {
  return {
    apiVersion: 'kubelet.config.k8s.io/v1beta1',
    kind: 'KubeletConfiguration',
    containerRuntimeEndpoint: `unix://${join(folder, 'containerd.sock')}`,
    address: NODE_ADDRESS,
    authentication: { anonymous: { enabled: false }, webhook: { enabled: true }, x509: { clientCAFile: data.ca } },
    authorization: { mode: 'Webhook' },
    tlsCertFile: data.file('node.crt'),
    tlsPrivateKeyFile: data.file('node.key'),
    cgroupDriver: 'cgroupfs',
    failCgroupV1: false,
    failSwapOn: false,
    makeIPTablesUtilChains: false,
    protectKernelDefaults: true,
    oomScoreAdj: 0,
    // The node already exists, with its labels and taints.
    registerNode: false,
    clusterDNS: [DNS_ADDRESS],
    clusterDomain: 'cluster.local',
    resolvConf: join(folder, 'resolv.conf'),
    nodeStatusUpdateFrequency: '2s',
    // How soon an oversized volume is noticed.
    volumeStatsAggPeriod: '5s',
    // Imported images cannot be pulled again, and a nearly full disk is not what the tests are about.
    imageGCHighThresholdPercent: 100,
    evictionHard: { 'memory.available': '50Mi', 'nodefs.available': '1%', 'nodefs.inodesFree': '1%' },
    // Small enough for a test to see log rotation.
    containerLogMaxSize: '1Mi',
    containerLogMaxFiles: 3,
    containerLogMonitorInterval: '3s',
  };
}

function kubeProxy(folder: string): object {
  return {
    apiVersion: 'kubeproxy.config.k8s.io/v1alpha1',
    kind: 'KubeProxyConfiguration',
    mode: 'nftables',
    clientConnection: { kubeconfig: join(folder, 'kube-proxy.kubeconfig') },
    hostnameOverride: NODE_NAME,
    bindAddress: NODE_ADDRESS,
    healthzBindAddress: `${NODE_ADDRESS}:10256`,
    metricsBindAddress: '127.0.0.1:10249',
    detectLocalMode: 'ClusterCIDR',
    clusterCIDR: POD_CIDR,
    oomScoreAdj: 0,
    // Machine-wide settings stay as they are.
    conntrack: { maxPerCore: 0, min: 0, tcpEstablishedTimeout: '0s', tcpCloseWaitTimeout: '0s' },
  };
}

/** A veth pair per pod, and routes instead of a bridge, so kube-proxy sees pod-to-pod traffic. */
const podNetwork = {
  cniVersion: '1.0.0',
  name: 'pods',
  plugins: [
    {
      type: 'ptp',
      ipam: {
        type: 'host-local',
        dataDir: '/run/cni-ipam',
        ranges: [[{ subnet: POD_CIDR }]],
        routes: [{ dst: '0.0.0.0/0' }],
      },
    },
    { type: 'portmap', backend: 'nftables', capabilities: { portMappings: true } },
  ],
};
