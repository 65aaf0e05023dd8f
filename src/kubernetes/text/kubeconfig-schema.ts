import { jsonText } from '../apimachinery/json.ts';
import { isObject, type JsonObject } from '../apimachinery/objects.ts';
import { strictBase64 } from './base64.ts';

/** A kubeconfig field's type; as in kubectl, other fields are ignored. */
type Field =
  | 'string'
  | 'boolean'
  | 'base64'
  | 'anything'
  | { list: Field; unique?: true }
  | { mapOf: Field }
  | { fields: Record<string, Field> };

const EXTENSIONS: Field = { list: { fields: { name: 'string', extension: 'anything' } }, unique: true };
const CLUSTER: Field = {
  fields: {
    server: 'string',
    'tls-server-name': 'string',
    'insecure-skip-tls-verify': 'boolean',
    'certificate-authority': 'string',
    'certificate-authority-data': 'base64',
    'proxy-url': 'string',
    'disable-compression': 'boolean',
    extensions: EXTENSIONS,
  },
};
const EXEC: Field = {
  fields: {
    command: 'string',
    args: { list: 'string' },
    env: { list: { fields: { name: 'string', value: 'string' } } },
    apiVersion: 'string',
    installHint: 'string',
    provideClusterInfo: 'boolean',
    interactiveMode: 'string',
  },
};
const USER: Field = {
  fields: {
    'client-certificate': 'string',
    'client-certificate-data': 'base64',
    'client-key': 'string',
    'client-key-data': 'base64',
    token: 'string',
    tokenFile: 'string',
    as: 'string',
    'as-uid': 'string',
    'as-groups': { list: 'string' },
    'as-user-extra': { mapOf: { list: 'string' } },
    username: 'string',
    password: 'string',
    'auth-provider': { fields: { name: 'string', config: { mapOf: 'string' } } },
    exec: EXEC,
    extensions: EXTENSIONS,
  },
};
const CONTEXT: Field = {
  fields: { cluster: 'string', user: 'string', namespace: 'string', extensions: EXTENSIONS },
};
const KUBECONFIG: Field = {
  fields: {
    kind: 'string',
    apiVersion: 'string',
    preferences: { fields: { colors: 'boolean', extensions: EXTENSIONS } },
    clusters: { list: { fields: { name: 'string', cluster: CLUSTER } }, unique: true },
    users: { list: { fields: { name: 'string', user: USER } }, unique: true },
    contexts: { list: { fields: { name: 'string', context: CONTEXT } }, unique: true },
    'current-context': 'string',
    extensions: EXTENSIONS,
  },
};

/** A field that kubectl would not accept; never contains the value, which may be a credential. */
export class KubeconfigFieldProblem extends Error {
  override name = 'KubeconfigFieldProblem';
  readonly path: readonly (string | number)[];

  constructor(path: readonly (string | number)[], message: string) {
    super(message);
    this.path = path;
  }
}

/** The kubeconfig fields that kubectl reads, without empty ones. @throws KubeconfigFieldProblem */
export function readFields(content: unknown): JsonObject {
  const read = fieldOf(content, KUBECONFIG, []);
  return isObject(read) ? read : {};
}

function fieldOf(value: unknown, field: Field, path: readonly (string | number)[]): unknown {
  if (value === null || value === undefined) return undefined;
  // Precision does not matter here: numbers are doubles.
  if (field === 'anything') return JSON.parse(jsonText(value));
  if (typeof field === 'string') return scalarOf(value, field, path);
  if ('list' in field) {
    if (!Array.isArray(value)) throw wrong(path, 'a list', value);
    const items = value.map((item, index) => fieldOf(item, field.list, [...path, index]) ?? emptyOf(field.list));
    if (field.unique) refuseTwins(items, path);
    return items;
  }
  if (!isObject(value)) throw wrong(path, 'a mapping', value);
  const members =
    'fields' in field
      ? Object.entries(field.fields).map(([key, inner]) => [key, fieldOf(value[key], inner, [...path, key])] as const)
      : Object.entries(value).map(([key, inner]) => [key, fieldOf(inner, field.mapOf, [...path, key])] as const);
  return Object.fromEntries(members.filter(([, inner]) => inner !== undefined));
}

function refuseTwins(items: readonly unknown[], path: readonly (string | number)[]): void {
  const names = items.map((item) => (isObject(item) ? item.name : undefined));
  const second = names.findIndex((name, index) => names.indexOf(name) < index);
  if (second >= 0) throw new KubeconfigFieldProblem([...path, second], 'has the name of another one in the same list');
}

function emptyOf(field: Field): unknown {
  return field === 'string' ? '' : typeof field === 'object' && 'fields' in field ? {} : undefined;
}

function scalarOf(value: unknown, field: 'string' | 'boolean' | 'base64', path: readonly (string | number)[]): unknown {
  if (field === 'boolean') {
    if (typeof value !== 'boolean') throw wrong(path, 'true or false', value);
    return value || undefined;
  }
  if (typeof value !== 'string') throw wrong(path, 'a string', value);
  const text = field === 'base64' ? strictBase64(value) : value;
  if (text === undefined) throw new KubeconfigFieldProblem(path, 'must be base64, and is not');
  return text === '' ? undefined : text;
}

function wrong(path: readonly (string | number)[], wanted: string, value: unknown): KubeconfigFieldProblem {
  const found = Array.isArray(value) ? 'a list' : typeof value === 'object' ? 'a mapping' : nameOf(value);
  const advice = wanted === 'a string' && typeof value !== 'object' ? ': put it in quotes' : '';
  return new KubeconfigFieldProblem(path, `must be ${wanted}, and is ${found} to kubectl${advice}`);
}

function nameOf(value: unknown): string {
  return typeof value === 'string' ? 'text' : typeof value === 'boolean' ? 'a boolean' : 'a number';
}
