const labels = (app: string) => `{ matchLabels: { app: ${app} } }`;

/** A Node that nothing runs on: cordoned, and tainted against DaemonSets. */
export const sickNode = `apiVersion: v1
kind: Node
metadata: { name: sick }
spec: { unschedulable: true, taints: [{ key: test.mcp-k8s.dev/sick, effect: NoExecute }] }`;

/** A kind whose status accepts anything. */
export const gadgets = `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: gadgets.test.mcp-k8s.dev }
spec:
  group: test.mcp-k8s.dev
  scope: Namespaced
  names: { kind: Gadget, plural: gadgets, singular: gadget }
  versions:
    - name: v1
      served: true
      storage: true
      subresources: { status: {} }
      schema: { openAPIV3Schema: { type: object, x-kubernetes-preserve-unknown-fields: true } }`;

/** Objects with one fault each; the namespace `full` allows no pods. */
export function brokenObjects(namespace: string, full: string): string {
  const meta = (name: string, where = namespace) => `{ name: ${name}, namespace: ${where} }`;
  const workload = (
    kind: string,
    name: string,
    spec: string,
    template: string,
    where = namespace,
  ) => `apiVersion: apps/v1
kind: ${kind}
metadata: ${meta(name, where)}
spec:
  ${spec}
  selector: ${labels(name)}
  template:
    metadata: { labels: { app: ${name} } }
    spec: ${template}`;
  const container = "{ containers: [{ name: app, image: 'nginx:1.29', ports: [{ name: http, containerPort: 80 }] }] }";
  const pod = (name: string, spec: string, annotations = '{}') =>
    `apiVersion: v1\nkind: Pod\nmetadata: { name: ${name}, namespace: ${namespace}, annotations: ${annotations} }\nspec: ${spec}`;
  const autoscaler = (name: string, target: string) => `apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: ${meta(name)}
spec:
  scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: ${target} }
  maxReplicas: 3
  metrics: [{ type: Resource, resource: { name: cpu, target: { type: Utilization, averageUtilization: 60 } } }]`;
  const backend = (path: string, service: string, port: string) =>
    `{ path: ${path}, pathType: Prefix, backend: { service: { name: ${service}, port: ${port} } } }`;
  return [
    `apiVersion: v1\nkind: ResourceQuota\nmetadata: ${meta('none', full)}\nspec: { hard: { pods: '0' } }`,
    workload('Deployment', 'refused', 'replicas: 2', container, full),
    workload('StatefulSet', 'refused', 'serviceName: refused', container, full),
    `apiVersion: v1\nkind: ConfigMap\nmetadata: ${meta('settings')}\ndata: { mode: fast }`,
    `apiVersion: v1\nkind: Secret\nmetadata: ${meta('keys')}\nstringData: { user: bob-the-builder }`,
    workload(
      'Deployment',
      'unresolved',
      'replicas: 1',
      `
      containers:
        - name: app
          image: nginx:1.29
          envFrom: [{ configMapRef: { name: setings } }, { secretRef: { name: left-out, optional: true } }]
          env:
            - { name: PASSWORD, valueFrom: { secretKeyRef: { name: keys, key: password } } }
            - { name: MODE, valueFrom: { configMapKeyRef: { name: settings, key: mode } } }
      volumes:
        - { name: certs, secret: { secretName: certificates } }
        - { name: data, persistentVolumeClaim: { claimName: nothing } }`,
    ),
    pod(
      'misconfigured',
      '{ containers: [{ name: app, image: nginx, envFrom: [{ configMapRef: { name: absent } }] }] }',
    ),
    pod('talkative', '{ containers: [{ name: app, image: nginx }] }'),
    pod(
      'greedy',
      '{ containers: [{ name: app, image: nginx, resources: { limits: { memory: 64Mi } } }] }',
      "{ demo.mcp-k8s/behaviour: crash-loop, demo.mcp-k8s/exit-code: '137', demo.mcp-k8s/reason: OOMKilled }",
    ),
    workload('Deployment', 'rolling', 'replicas: 2\n  progressDeadlineSeconds: 2', container),
    workload('Deployment', 'many', 'replicas: 30', container),
    workload(
      'StatefulSet',
      'storage',
      'serviceName: front-end\n  volumeClaimTemplates: [{ metadata: { name: data }, spec: { accessModes: [ReadWriteOnce], storageClassName: fast, resources: { requests: { storage: 1Gi } } } }]',
      container,
    ),
    autoscaler('no-requests', 'rolling'),
    autoscaler('no-target', 'gone'),
    `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: held, namespace: ${namespace}, finalizers: [example.com/hold] }`,
    `apiVersion: batch/v1
kind: Job
metadata: ${meta('import')}
spec:
  backoffLimit: 0
  template:
    metadata: { annotations: { demo.mcp-k8s/behaviour: job-failure, demo.mcp-k8s/exit-code: '3', demo.mcp-k8s/complete-after: 100ms } }
    spec: { restartPolicy: Never, containers: [{ name: payments, image: nginx }] }`,
    `apiVersion: v1\nkind: Service\nmetadata: ${meta('front-end')}\nspec: { selector: { app: many }, ports: [{ name: http, port: 80, targetPort: http }] }`,
    `apiVersion: v1\nkind: Service\nmetadata: ${meta('wrong-port')}\nspec: { selector: { app: many }, ports: [{ port: 80, targetPort: grpc }] }`,
    `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: ${meta('front')}
spec: { rules: [{ host: a.example.com, http: { paths: [${backend('/', 'frontend', '{ number: 80 }')}, ${backend('/x', 'front-end', '{ name: grpc }')}] } }] }`,
  ].join('\n---\n');
}
