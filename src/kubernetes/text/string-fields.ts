import { type FieldPath, pathText } from '../apimachinery/field-path.ts';
import { isObject, type KubernetesObject } from '../apimachinery/objects.ts';

/** A field with a wrong type where Kubernetes wants a string, or a list or mapping of strings. */
export interface StringProblem {
  path: FieldPath;
  value: unknown;
  wanted: 'string' | 'list' | 'mapping';
}

/** String fields; `*` stands for every member of a mapping, `[]` for every item of a list. */
const METADATA = [
  'name',
  'generateName',
  'namespace',
  'uid',
  'resourceVersion',
  'labels.*',
  'annotations.*',
  'finalizers.[]',
];
const CONTAINER = ['name', 'image', 'command.[]', 'args.[]', 'env.[].name', 'env.[].value'];
const POD = [
  'nodeSelector.*',
  ...['containers', 'initContainers', 'ephemeralContainers'].flatMap((list) =>
    CONTAINER.map((field) => `${list}.[].${field}`),
  ),
];
const MATCH = 'spec.selector.matchLabels.*';
const template = (place: string) => [
  ...METADATA.map((field) => `${place}.metadata.${field}`),
  ...POD.map((field) => `${place}.spec.${field}`),
];
const WORKLOAD = [MATCH, ...template('spec.template')];

/** String fields of built-in kinds besides metadata; for other kinds only the schema knows. */
const OF_KIND: Record<string, readonly string[]> = {
  'v1 ConfigMap': ['data.*', 'binaryData.*'],
  'v1 Secret': ['data.*', 'stringData.*', 'type'],
  'v1 Pod': POD.map((field) => `spec.${field}`),
  'v1 Service': ['spec.selector.*'],
  'v1 ReplicationController': ['spec.selector.*', ...template('spec.template')],
  'apps/v1 Deployment': WORKLOAD,
  'apps/v1 StatefulSet': WORKLOAD,
  'apps/v1 DaemonSet': WORKLOAD,
  'apps/v1 ReplicaSet': WORKLOAD,
  'batch/v1 Job': WORKLOAD,
  'batch/v1 CronJob': [
    'spec.schedule',
    ...METADATA.map((field) => `spec.jobTemplate.metadata.${field}`),
    ...template('spec.jobTemplate.spec.template'),
  ],
};

/** The object's first field that must be a string but is not. */
export function stringProblem(object: KubernetesObject): StringProblem | undefined {
  const patterns = [
    'apiVersion',
    'kind',
    ...METADATA.map((field) => `metadata.${field}`),
    ...(OF_KIND[`${object.apiVersion} ${object.kind}`] ?? []),
  ];
  for (const pattern of patterns) {
    const problem = problemAt(object, pattern.split('.'), []);
    if (problem) return problem;
  }
  return undefined;
}

function problemAt(value: unknown, steps: readonly string[], path: FieldPath): StringProblem | undefined {
  // A null is of any type: it says that the field is not set.
  if (value === undefined || value === null) return undefined;
  const [step, ...rest] = steps;
  if (step === undefined) return typeof value === 'string' ? undefined : { path, value, wanted: 'string' };
  if (step === '[]' && !Array.isArray(value)) return { path, value, wanted: 'list' };
  if (step === '*' && !isObject(value)) return { path, value, wanted: 'mapping' };
  for (const [key, member] of membersOf(value, step)) {
    const problem = problemAt(member, rest, [...path, key]);
    if (problem) return problem;
  }
  return undefined;
}

function membersOf(value: unknown, step: string): [string | number, unknown][] {
  if (Array.isArray(value)) return step === '[]' ? [...value.entries()] : [];
  if (!isObject(value)) return [];
  return step === '*' ? Object.entries(value) : Object.hasOwn(value, step) ? [[step, value[step]]] : [];
}

/** What is wrong, and what to write; `source` is how the value is written in the text. */
export function stringAdvice({ path, value, wanted }: StringProblem, source: string | undefined): string {
  const field = `${pathText(path)} must be a ${wanted}`;
  if (wanted !== 'string') {
    const form = wanted === 'list' ? 'write each member behind "- "' : 'write "key: value" pairs';
    return `${field}, and this is ${nameOf(value)}: ${form}`;
  }
  if (Array.isArray(value)) return `${field}, and this is a list`;
  if (typeof value === 'object') return `${field}, and this is a mapping: quote it if it is meant to be text`;
  const type = typeof value === 'boolean' ? 'boolean' : 'number';
  // A possible secret is not repeated; whether a boolean was written y, on or true is unknown.
  const text = source ?? (type === 'number' ? String(value) : undefined);
  if (text === undefined || path.some((step) => step === 'data' || step === 'stringData' || step === 'value'))
    return `${field}, and this is a ${type} to Kubernetes: quote it`;
  return `${field}, and ${text} is a ${type} to Kubernetes: quote it, "${text}"`;
}

function nameOf(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object'
    ? 'a mapping'
    : typeof value === 'string'
      ? 'text'
      : `a ${typeof value}`.replace('bigint', 'number');
}
