import type { KubeObject } from '../api-client.ts';
import { DNS_ADDRESS, NODE_ADDRESS, NODE_NAME, POD_CIDR, REAL_LABEL } from './config.ts';
import { BUSYBOX_IMAGE, COREDNS_IMAGE, PROVISIONER_IMAGE } from './node-images.ts';

/** The taint that only pods bound for the real node tolerate; all others go to simulated nodes. */
export const REAL_TAINT = { key: REAL_LABEL, value: 'true', effect: 'NoSchedule' };
/** The part of a pod's spec that schedules it on the real node. */
export const ON_REAL_NODE = {
  nodeSelector: { [REAL_LABEL]: 'true' },
  tolerations: [{ key: REAL_LABEL, operator: 'Exists' }],
};

/** The node, and what a cluster with a real one has: its own Service, DNS and volumes. */
export function nodeObjects(): KubeObject[] {
  return [...node(), ...dns(), ...volumes()];
}

function node(): KubeObject[] {
  const labels = { [REAL_LABEL]: 'true', 'kubernetes.io/hostname': NODE_NAME, 'kubernetes.io/os': 'linux' };
  return [
    {
      // From the start, so the number of nodes never changes.
      apiVersion: 'v1',
      kind: 'Node',
      metadata: { name: NODE_NAME, labels },
      spec: { podCIDR: POD_CIDR, podCIDRs: [POD_CIDR], taints: [REAL_TAINT] },
    },
    {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: { name: 'kubernetes', namespace: 'default', labels: { 'kubernetes.io/service-name': 'kubernetes' } },
      addressType: 'IPv4',
      ports: [{ name: 'https', port: 6443, protocol: 'TCP' }],
      endpoints: [{ addresses: [NODE_ADDRESS], conditions: { ready: true } }],
    },
  ];
}

const system = 'kube-system';
const corefile = `.:53 {
  errors
  health
  ready
  kubernetes cluster.local in-addr.arpa {
    pods insecure
  }
}
`;

function dns(): KubeObject[] {
  const labels = { 'k8s-app': 'kube-dns' };
  return [
    ...account('coredns', [
      { apiGroups: [''], resources: ['services', 'pods', 'namespaces', 'endpoints'], verbs: ['list', 'watch'] },
      { apiGroups: ['discovery.k8s.io'], resources: ['endpointslices'], verbs: ['list', 'watch'] },
    ]),
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'coredns', namespace: system },
      data: { Corefile: corefile },
    },
    deployment('coredns', labels, {
      image: COREDNS_IMAGE,
      args: ['-conf', '/etc/coredns/Corefile'],
      readinessProbe: { httpGet: { path: '/ready', port: 8181 }, periodSeconds: 1 },
    }),
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'kube-dns', namespace: system, labels },
      spec: {
        clusterIP: DNS_ADDRESS,
        selector: labels,
        ports: [
          { name: 'dns', port: 53, protocol: 'UDP' },
          { name: 'dns-tcp', port: 53, protocol: 'TCP' },
        ],
      },
    },
  ];
}

function volumes(): KubeObject[] {
  const script = (command: string) => `#!/bin/sh\nset -eu\n${command} "$VOL_DIR"\n`;
  return [
    ...account('local-path-provisioner', [
      {
        apiGroups: [''],
        resources: ['nodes', 'persistentvolumeclaims', 'configmaps'],
        verbs: ['get', 'list', 'watch'],
      },
      { apiGroups: ['storage.k8s.io'], resources: ['storageclasses'], verbs: ['get', 'list', 'watch'] },
      { apiGroups: [''], resources: ['persistentvolumes', 'pods'], verbs: ['*'] },
      { apiGroups: ['', 'events.k8s.io'], resources: ['events'], verbs: ['create', 'patch'] },
      { apiGroups: ['', 'coordination.k8s.io'], resources: ['endpoints', 'leases'], verbs: ['*'] },
    ]),
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'local-path', namespace: system },
      data: {
        'config.json': JSON.stringify({ nodePathMap: [{ node: NODE_NAME, paths: ['/var/lib/local-path'] }] }),
        setup: script('mkdir -m 0777 -p'),
        teardown: script('rm -rf'),
        'helperPod.yaml': JSON.stringify({
          apiVersion: 'v1',
          kind: 'Pod',
          metadata: { name: 'helper' },
          spec: { ...ON_REAL_NODE, containers: [{ name: 'helper', image: BUSYBOX_IMAGE }] },
        }),
      },
    },
    deployment(
      'local-path-provisioner',
      { app: 'local-path-provisioner' },
      {
        image: PROVISIONER_IMAGE,
        args: [
          ...['start', '--config', '/etc/local-path-provisioner/config.json', '--configmap-name', 'local-path'],
          ...['--service-account-name', 'local-path-provisioner', '--helper-image', BUSYBOX_IMAGE],
        ],
        env: [{ name: 'POD_NAMESPACE', valueFrom: { fieldRef: { fieldPath: 'metadata.namespace' } } }],
      },
      'local-path',
    ),
    {
      apiVersion: 'storage.k8s.io/v1',
      kind: 'StorageClass',
      metadata: { name: 'local-path' },
      provisioner: 'rancher.io/local-path',
      volumeBindingMode: 'WaitForFirstConsumer',
      reclaimPolicy: 'Delete',
    },
  ];
}

/** A Deployment of one pod on the real node, with a ConfigMap at /etc/<name>. */
function deployment(name: string, labels: Record<string, string>, container: object, config = name): KubeObject {
  const volumeMounts = [{ name: 'config', mountPath: `/etc/${name}` }];
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: system, labels },
    spec: {
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          ...ON_REAL_NODE,
          serviceAccountName: name,
          dnsPolicy: 'Default',
          priorityClassName: 'system-cluster-critical',
          containers: [{ name, volumeMounts, ...container }],
          volumes: [{ name: 'config', configMap: { name: config } }],
        },
      },
    },
  };
}

function account(name: string, rules: object[]): KubeObject[] {
  const rbac = 'rbac.authorization.k8s.io';
  const roleRef = { apiGroup: rbac, kind: 'ClusterRole', name: `system:${name}` };
  return [
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace: system } },
    { apiVersion: `${rbac}/v1`, kind: 'ClusterRole', metadata: { name: `system:${name}` }, rules },
    {
      apiVersion: `${rbac}/v1`,
      kind: 'ClusterRoleBinding',
      metadata: { name: `system:${name}` },
      roleRef,
      subjects: [{ kind: 'ServiceAccount', name, namespace: system }],
    },
  ];
}
