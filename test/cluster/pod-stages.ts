/**
 * How simulated pods behave: KWOK plays these stages, which write what a kubelet would.
 * A pod chooses with annotations (of its template):
 *   demo.mcp-k8s/behaviour       crash-loop | image-pull-failure | missing-image | probe-failure | job-failure;
 *                                healthy by default, as a missing-image is with another tag than does-not-exist
 *   demo.mcp-k8s/exit-code       of a crash loop or failed job, default 1
 *   demo.mcp-k8s/reason          of the termination, default Error (OOMKilled for example)
 *   demo.mcp-k8s/ready-after     how long the pod takes to become ready, default 0s
 *   demo.mcp-k8s/complete-after  how long a job's pod runs, default 1s
 *   demo.mcp-k8s/cpu, /memory    what it uses, see kwok-config.ts
 *   demo.mcp-k8s/quiet           "true": without the kubelet's events, for thousands of pods at once
 */
const prefix = 'demo.mcp-k8s';

type Requirement = { jq: { key: string; operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist'; values?: string[] } };
type Step = { patch: object } | { apply: object } | { delete: true };

const annotation = (name: string) => `.metadata.annotations["${prefix}/${name}"]`;
const is = (key: string, ...values: string[]): Requirement => ({ jq: { key, operator: 'In', values } });
const isNot = (key: string, ...values: string[]): Requirement => ({ jq: { key, operator: 'NotIn', values } });
const has = (key: string): Requirement => ({ jq: { key, operator: 'Exists' } });
const hasNot = (key: string): Requirement => ({ jq: { key, operator: 'DoesNotExist' } });

const alive = hasNot('.metadata.deletionTimestamp');
const fresh = [alive, is('.status.phase', 'Pending'), hasNot('.status.startTime')];
const finishing = [alive, is('.status.phase', 'Running'), is('.metadata.ownerReferences.[].kind', 'Job')];
const behaves = (behaviour: string) => is(annotation('behaviour'), behaviour);
const MISSING_IMAGE = '.spec.containers.[] | select(.image | endswith(":does-not-exist"))';
const isQuiet = is(annotation('quiet'), 'true');
const isLoud = isNot(annotation('quiet'), 'true');
const after = (name: string, milliseconds: number) => ({
  durationMilliseconds: milliseconds,
  durationFrom: { jq: { expression: annotation(name) } },
});

const timestamp = '2006-01-02T15:04:05Z07:00';
const now = `{{ now | date "${timestamp}" | quote }}`;
const before = (ago: string) => `{{ now | date_modify "-${ago}" | date "${timestamp}" | quote }}`;
const setting = (name: string, fallback: string) =>
  `{{ index ($.metadata.annotations | default dict) "${prefix}/${name}" | default "${fallback}" }}`;
const podReference = '{{ .name }} pod={{ $.metadata.name }}_{{ $.metadata.namespace }}({{ $.metadata.uid }})';

/** Every stage of nodes and pods, in KWOK's format. */
export function stages(): object[] {
  const running = [status('Running', readiness(true), containers(true, started), initContainers)];
  const lively = [
    event('Normal', 'Pulled', 'Container image \\"{{ .image }}\\" already present on machine'),
    event('Normal', 'Created', 'Created container: {{ .name }}'),
    event('Normal', 'Started', 'Started container {{ .name }}'),
  ];
  return [
    stage('node-ready', 'Node', [hasNot('.status.conditions.[] | select(.type == "Ready")')], [nodeStatus]),
    stage(
      'pod-running',
      'Pod',
      [...fresh, hasNot(annotation('behaviour')), isLoud],
      [...running, ...lively],
      readyDelay,
    ),
    stage('pod-running-quietly', 'Pod', [...fresh, hasNot(annotation('behaviour')), isQuiet], running, readyDelay),
    stage('job-running', 'Pod', [...fresh, behaves('job-failure')], [...running, ...lively], readyDelay),
    stage(
      'job-succeeded',
      'Pod',
      [...finishing, hasNot(annotation('behaviour'))],
      succeeded,
      after('complete-after', 1000),
    ),
    stage('job-failed', 'Pod', [...finishing, behaves('job-failure')], failed, after('complete-after', 1000)),
    stage('pod-crash-loop', 'Pod', [...fresh, behaves('crash-loop')], crashLoop),
    stage('pod-image-pull-failure', 'Pod', [...fresh, behaves('image-pull-failure')], imagePullFailure),
    stage('pod-image-missing', 'Pod', [...fresh, behaves('missing-image'), has(MISSING_IMAGE)], imagePullFailure),
    stage(
      'pod-image-found',
      'Pod',
      [...fresh, behaves('missing-image'), hasNot(MISSING_IMAGE)],
      [...running, ...lively],
    ),
    stage('pod-probe-failure', 'Pod', [...fresh, behaves('probe-failure')], [...probeFailure, ...lively]),
    stage(
      'pod-deleted',
      'Pod',
      [has('.metadata.deletionTimestamp'), hasNot('.metadata.finalizers')],
      [{ delete: true }],
    ),
  ];
}

const readyDelay = after('ready-after', 0);
const started = `state: { running: { startedAt: ${now} } }`;

const terminated = (exitCode: string, reason: string) =>
  `terminated: { exitCode: ${exitCode}, reason: ${reason}, startedAt: ${before('2s')}, finishedAt: ${now} }`;
const failure = terminated(setting('exit-code', '1'), setting('reason', 'Error'));

const initContainers = `
initContainerStatuses:
{{ range .spec.initContainers }}
- name: {{ .name | quote }}
  image: {{ .image | quote }}
  imageID: ""
  ready: true
  restartCount: 0
  {{ if eq (.restartPolicy | default "") "Always" }}
  started: true
  state: { running: { startedAt: ${now} } }
  {{ else }}
  state: { ${terminated('0', 'Completed')} }
  {{ end }}
{{ end }}`;

const succeeded = [
  status(
    'Succeeded',
    readiness(false, 'PodCompleted'),
    containers(false, `state: { ${terminated('0', 'Completed')} }`),
  ),
];
const failed = [status('Failed', readiness(false, 'PodFailed'), containers(false, `state: { ${failure} }`))];

const crashLoop = [
  status(
    'Running',
    readiness(false),
    containers(
      false,
      `restartCount: 6
  state: { waiting: { reason: CrashLoopBackOff, message: "back-off 5m0s restarting failed container=${podReference}" } }
  lastState: { ${failure} }`,
    ),
    initContainers,
  ),
  event('Normal', 'Started', 'Started container {{ .name }}', 7),
  event('Warning', 'BackOff', `Back-off restarting failed container ${podReference.replace(' pod=', ' in pod ')}`, 23),
];

const notFound = 'failed to resolve reference \\"{{ .image }}\\": not found';
const imagePullFailure = [
  status(
    'Pending',
    readiness(false),
    containers(
      false,
      `state: { waiting: { reason: ImagePullBackOff, message: "Back-off pulling image \\"{{ .image }}\\": ErrImagePull: ${notFound}" } }`,
    ),
  ),
  event('Normal', 'Pulling', 'Pulling image \\"{{ .image }}\\"', 4),
  event('Warning', 'Failed', `Failed to pull image \\"{{ .image }}\\": ${notFound}`, 4),
  event('Warning', 'Failed', 'Error: ImagePullBackOff', 6),
];

const probeFailure = [
  status('Running', readiness(false), containers(false, started), initContainers),
  event('Warning', 'Unhealthy', 'Readiness probe failed: HTTP probe failed with statuscode: 503', 31),
];

const nodeStatus: Step = {
  patch: {
    root: 'status',
    subresource: 'status',
    template: `
conditions:
{{ range NodeConditions }}
- type: {{ .type | quote }}
  status: {{ .status | quote }}
  reason: {{ .reason | quote }}
  message: {{ .message | quote }}
  lastHeartbeatTime: ${now}
  lastTransitionTime: ${now}
{{ end }}
daemonEndpoints: { kubeletEndpoint: { Port: {{ NodePort }} } }`,
  },
};

function stage(name: string, kind: string, matchExpressions: Requirement[], steps: Step[], delay?: object): object {
  return {
    apiVersion: 'kwok.x-k8s.io/v1alpha1',
    kind: 'Stage',
    metadata: { name },
    spec: { resourceRef: { apiGroup: 'v1', kind }, selector: { matchExpressions }, steps, ...(delay && { delay }) },
  };
}

function status(phase: string, ...parts: string[]): Step {
  const address = `
phase: ${phase}
startTime: {{ .status.startTime | default (now | date "${timestamp}") | quote }}
{{ if not .status.podIP }}
{{ with NodeIPWith .spec.nodeName }}
hostIP: {{ . | quote }}
hostIPs: [{ ip: {{ . | quote }} }]
{{ end }}
{{ with PodIPWith .spec.nodeName (.spec.hostNetwork | default false) .metadata.uid .metadata.name .metadata.namespace }}
podIP: {{ . | quote }}
podIPs: [{ ip: {{ . | quote }} }]
{{ end }}
{{ end }}`;
  return { patch: { root: 'status', subresource: 'status', template: [address, ...parts].join('\n') } };
}

function readiness(ready: boolean, reason = 'ContainersNotReady'): string {
  const unready = `, reason: ${reason}, message: "containers with unready status: [{{ range $i, $c := .spec.containers }}{{ if $i }} {{ end }}{{ $c.name }}{{ end }}]"`;
  const condition = (type: string, value: boolean) =>
    `- { type: ${type}, status: "${value ? 'True' : 'False'}", lastTransitionTime: ${now}${value ? '' : unready} }`;
  return `
conditions:
${condition('PodReadyToStartContainers', true)}
${condition('Initialized', true)}
${condition('Ready', ready)}
${condition('ContainersReady', ready)}
{{ range .spec.readinessGates }}
- { type: {{ .conditionType | quote }}, status: "True", lastTransitionTime: ${now} }
{{ end }}`;
}

function containers(ready: boolean, state: string): string {
  const restarts = state.startsWith('restartCount') ? '' : 'restartCount: 0\n  ';
  return `
containerStatuses:
{{ range .spec.containers }}
- name: {{ .name | quote }}
  image: {{ .image | quote }}
  imageID: {{ .image | quote }}
  containerID: containerd://{{ printf "%s/%s" $.metadata.uid .name | sha256sum }}
  ready: ${ready}
  started: ${state.includes('running:')}
  ${restarts}${state}
{{ end }}`;
}

/** An event about the first container, as reported by the kubelet of the pod's node. */
function event(type: string, reason: string, message: string, count = 1): Step {
  const template = `
{{ with index .spec.containers 0 }}
apiVersion: v1
kind: Event
metadata:
  namespace: {{ $.metadata.namespace }}
  name: {{ $.metadata.name | trunc 200 }}.{{ printf "%s ${reason} ${message.length}" $.metadata.uid | sha256sum | trunc 16 }}
type: ${type}
reason: ${reason}
message: "${message}"
involvedObject:
  apiVersion: v1
  kind: Pod
  namespace: {{ $.metadata.namespace }}
  name: {{ $.metadata.name }}
  uid: {{ $.metadata.uid }}
  fieldPath: spec.containers{{ printf "{%s}" .name }}
count: ${count}
firstTimestamp: ${before(`${count * 10}s`)}
lastTimestamp: ${now}
source: { component: kubelet, host: {{ $.spec.nodeName }} }
reportingComponent: kubelet
reportingInstance: {{ $.spec.nodeName }}
{{ end }}`;
  return { apply: { template } };
}
