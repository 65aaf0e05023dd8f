import type { KubeObject } from './api-client.ts';
import { metricsServerHost, type Ports } from './components.ts';
import { tenantNamespace } from './users.ts';

const nodeCount = 3;

/** What a cluster has from the start: nodes, the metrics API and the users' RBAC. */
export function baseObjects(ports: Ports, caCertificate: string, version: string): KubeObject[] {
  return [
    ...Array.from({ length: nodeCount }, (_, index) => node(index, version)),
    ...metricsApi(ports, caCertificate),
    ...rights(),
  ];
}

/** The rights of `viewer` and `tenant`. */
export function rights(subject = (name: string): object => ({ kind: 'User', apiGroup: rbac, name })): KubeObject[] {
  return [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: tenantNamespace } },
    {
      apiVersion: `${rbac}/v1`,
      kind: 'ClusterRoleBinding',
      metadata: { name: 'mcp-k8s-viewer' },
      roleRef: { apiGroup: rbac, kind: 'ClusterRole', name: 'view' },
      subjects: [subject('viewer')],
    },
    {
      apiVersion: `${rbac}/v1`,
      kind: 'RoleBinding',
      metadata: { name: 'tenant-may-edit', namespace: tenantNamespace },
      roleRef: { apiGroup: rbac, kind: 'ClusterRole', name: 'edit' },
      subjects: [subject('tenant')],
    },
  ];
}

const rbac = 'rbac.authorization.k8s.io';

function node(index: number, version: string): KubeObject {
  const name = `node-${index}`;
  const capacity = { cpu: '32', memory: '128Gi', pods: '1000', 'ephemeral-storage': '500Gi' };
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name,
      labels: {
        'kubernetes.io/hostname': name,
        'kubernetes.io/os': 'linux',
        'kubernetes.io/arch': 'amd64',
        'node-role.kubernetes.io/worker': '',
        'node.kubernetes.io/instance-type': 'simulated.8xlarge',
        'topology.kubernetes.io/region': 'demo',
        'topology.kubernetes.io/zone': `demo-${'abc'[index]}`,
      },
      annotations: { 'metrics.k8s.io/resource-metrics-path': `/metrics/nodes/${name}/metrics/resource` },
    },
    spec: { podCIDR: `10.244.${index * 16}.0/20`, podCIDRs: [`10.244.${index * 16}.0/20`] },
    status: {
      capacity,
      allocatable: capacity,
      // The first address is for people; the API server connects to the second.
      addresses: [
        { type: 'InternalIP', address: `10.0.0.${10 + index}` },
        { type: 'InternalDNS', address: 'localhost' },
        { type: 'Hostname', address: name },
      ],
      nodeInfo: {
        architecture: 'amd64',
        operatingSystem: 'linux',
        osImage: 'Simulated by KWOK',
        kernelVersion: '6.12.0',
        containerRuntimeVersion: 'containerd://2.2.0',
        kubeletVersion: version,
        kubeProxyVersion: '',
        machineID: name,
        systemUUID: name,
        bootID: name,
      },
    },
  };
}

function metricsApi(ports: Ports, caCertificate: string): KubeObject[] {
  const [name = '', namespace = ''] = metricsServerHost.split('.');
  return [
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name, namespace },
      // Endpoints must not be loopback addresses, but an ExternalName may be.
      spec: { type: 'ExternalName', externalName: 'localhost', ports: [{ port: ports.metricsServer }] },
    },
    {
      apiVersion: 'apiregistration.k8s.io/v1',
      kind: 'APIService',
      metadata: { name: 'v1beta1.metrics.k8s.io' },
      spec: {
        group: 'metrics.k8s.io',
        version: 'v1beta1',
        groupPriorityMinimum: 100,
        versionPriority: 100,
        caBundle: Buffer.from(caCertificate).toString('base64'),
        service: { name, namespace, port: ports.metricsServer },
      },
    },
    {
      // metrics.k8s.io for view, edit and admin, as in metrics-server's own manifests.
      apiVersion: `${rbac}/v1`,
      kind: 'ClusterRole',
      metadata: {
        name: 'system:aggregated-metrics-reader',
        labels: Object.fromEntries(['view', 'edit', 'admin'].map((role) => [`${rbac}/aggregate-to-${role}`, 'true'])),
      },
      rules: [{ apiGroups: ['metrics.k8s.io'], resources: ['pods', 'nodes'], verbs: ['get', 'list', 'watch'] }],
    },
  ];
}
