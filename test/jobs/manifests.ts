/** How a test's Deployment differs from the others. */
interface DeploymentInput {
  name: string;
  image?: string;
  replicas?: number;
  /** Labels of the Deployment, its selector and its pods, besides `app`. */
  labels?: Record<string, string>;
  /** What KWOK simulates, see test/cluster/pod-stages.ts. */
  behaviour?: string;
  port?: number;
}

/** A Deployment with one container of the same name; JSON is valid YAML. */
export function deployment({ name, image, replicas, labels, behaviour, port }: DeploymentInput): string {
  const all = { app: name, ...labels };
  return JSON.stringify({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, labels: all },
    spec: {
      replicas: replicas ?? 1,
      selector: { matchLabels: all },
      template: {
        metadata: { labels: all, ...(behaviour && { annotations: { 'demo.mcp-k8s/behaviour': behaviour } }) },
        spec: {
          containers: [{ name, image: image ?? 'nginx:1.29', ...(port && { ports: [{ containerPort: port }] }) }],
        },
      },
    },
  });
}

/** Several documents as one manifest. */
export function documents(...parts: readonly string[]): string {
  return parts.join('\n---\n');
}

/** A Service on port 80. */
export function service(name: string, selector: Record<string, string>): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, labels: selector },
    spec: { selector, ports: [{ port: 80 }] },
  });
}

/** A ConfigMap. */
export function configMap(name: string, data: Record<string, string>, labels: Record<string, string> = {}): string {
  return JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, labels }, data });
}
