import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { Ports } from './components.ts';
import type { DataFolder } from './data-folder.ts';
import { REAL_LABEL } from './node/config.ts';
import { stages } from './pod-stages.ts';

const logFolder = join(import.meta.dirname, 'seeds/logs');

/** Writes KWOK's configuration: stages, logs, exec, port-forward and usage. Returns its path. */
export function writeKwokConfig(data: DataFolder, ports: Ports, realNode: boolean): string {
  // An explicit configuration gets no defaults, so all are listed.
  const options = {
    serverAddress: `127.0.0.1:${ports.kwok}`,
    nodePort: ports.kubelet,
    // With a selector KWOK plays the pods of nodes, but not the start of a node that is added later.
    ...(realNode
      ? { manageAllNodes: false, manageNodesWithLabelSelector: `!${REAL_LABEL}` }
      : { manageAllNodes: true }),
    cidr: '10.244.0.0/16',
    enableDebuggingHandlers: true,
    podPlayStageParallelism: 16,
    nodePlayStageParallelism: 4,
    nodeLeaseDurationSeconds: 40,
    nodeLeaseParallelism: 4,
    podsOnNodeSyncParallelism: 4,
    enablePodsOnNodeSyncListPager: false,
    enablePodsOnNodeSyncStreamWatch: true,
  };
  const documents = [
    { apiVersion: 'config.kwok.x-k8s.io/v1alpha1', kind: 'KwokConfiguration', options },
    ...stages(),
    kwokObject('ClusterLogs', 'logs', { logs: writeLogs(data) }),
    kwokObject('ClusterExec', 'exec', { execs: [{ local: { workDir: data.file('pods') } }] }),
    kwokObject('ClusterPortForward', 'port-forward', {
      forwards: [{ target: { address: '127.0.0.1', port: ports.podPort } }],
    }),
    kwokObject('ClusterResourceUsage', 'usage', {
      usages: [{ usage: { cpu: used('cpu', '5m'), memory: used('memory', '24Mi') } }],
    }),
    kwokObject('Metric', 'resource', { path: '/metrics/nodes/{nodeName}/metrics/resource', metrics: metrics() }),
  ];
  return data.write('kwok.yaml', documents.map((document) => stringify(document)).join('---\n'));
}

function kwokObject(kind: string, name: string, spec: object): object {
  return { apiVersion: 'kwok.x-k8s.io/v1alpha1', kind, metadata: { name }, spec };
}

/**
 * KWOK finds a log by the container's name. `<container>.log` and `<container>.previous.log` in seeds/logs become logs
 * whose last line is as old as the cluster; `default.log` serves all other containers.
 */
function writeLogs(data: DataFolder): object[] {
  const written = new Map<string, Record<string, unknown>>();
  for (const name of readdirSync(logFolder)) {
    const [container = '', previous] = name.replace(/\.log$/, '').split('.');
    const lines = readFileSync(join(logFolder, name), 'utf8').trimEnd().split('\n');
    const end = Date.now() - (previous ? 300_000 : 0);
    const dated = lines.map((line, index) => {
      const time = new Date(end - (lines.length - index) * 1000).toISOString().replace('Z', '000000Z');
      return `${time} stdout F ${line}\n`;
    });
    const entry = written.get(container) ?? (container === 'default' ? {} : { containers: [container] });
    entry[previous ? 'previousLogsFile' : 'logsFile'] = data.write(`pods/${name}`, dated.join(''));
    written.set(container, entry);
  }
  // A container whose image was never pulled has no log: see kubelet.ts.
  const none = { containers: ['recommendations'], logsFile: data.file('pods/none') };
  return [none, ...written.values()];
}

function used(resource: string, fallback: string): object {
  const key = `"demo.mcp-k8s/${resource}"`;
  const expression = `${key} in pod.metadata.annotations ? Quantity(pod.metadata.annotations[${key}]) : Quantity("${fallback}")`;
  return { expression };
}

/** What metrics-server reads from a kubelet's /metrics/resource. */
function metrics(): object[] {
  const pod = [
    { name: 'namespace', value: 'pod.metadata.namespace' },
    { name: 'pod', value: 'pod.metadata.name' },
  ];
  const container = [{ name: 'container', value: 'container.name' }, ...pod];
  const metric = (name: string, dimension: string, kind: string, value: string, labels: object[]) => ({
    name,
    help: name.replaceAll('_', ' '),
    dimension,
    kind,
    value,
    labels,
  });
  return [
    metric('scrape_error', 'node', 'gauge', '0', []),
    metric('node_cpu_usage_seconds_total', 'node', 'counter', 'node.CumulativeUsage("cpu")', []),
    metric('node_memory_working_set_bytes', 'node', 'gauge', 'node.Usage("memory")', []),
    metric('pod_cpu_usage_seconds_total', 'pod', 'counter', 'pod.CumulativeUsage("cpu")', pod),
    metric('pod_memory_working_set_bytes', 'pod', 'gauge', 'pod.Usage("memory")', pod),
    metric(
      'container_start_time_seconds',
      'container',
      'gauge',
      'UnixSecond(pod.metadata.creationTimestamp)',
      container,
    ),
    metric(
      'container_cpu_usage_seconds_total',
      'container',
      'counter',
      'pod.CumulativeUsage("cpu", container.name)',
      container,
    ),
    metric(
      'container_memory_working_set_bytes',
      'container',
      'gauge',
      'pod.Usage("memory", container.name)',
      container,
    ),
  ];
}
