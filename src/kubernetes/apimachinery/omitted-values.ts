import { UserError } from './errors.ts';
import { type Definitions, fieldAt, resolved, type Schema } from './schema.ts';

/** Counts of a spec that mean 0 when they are missing; others, such as `runAsUser`, then mean nothing at all. */
export const COUNTS_OF_SPECS = [
  'minReadySeconds',
  'initialDelaySeconds',
  'hostPort',
  'nodePort',
  'healthCheckNodePort',
];
/** Numbers of a status that are missing when they are unknown. */
const MEASURES = /Utilization|^(uid|gid|exitCode|signal)/;
/** Switches that are on, or unknown, where they are missing. */
export const NOT_OFF = [
  'automountServiceAccountToken',
  'allowPrivilegeEscalation',
  'hostUsers',
  'enableServiceLinks',
].concat(['ready', 'serving', 'allocateLoadBalancerNodePorts', 'started']);
/** Objects that count as empty where they are missing. */
export const EMPTY = ['status', 'securityContext'];

/**
 * What counts where fields are missing, one value for each of these names in a row: the API leaves out what is 0, false
 * or empty. Undefined where nothing may be concluded.
 */
export function omittedValues(root: Schema, names: readonly string[], definitions: Definitions): unknown[] {
  const last = names.length - 1;
  if (names[last] === 'length' && fieldType(root, names.slice(0, last), definitions) === 'array')
    return names.map((_, index) => (index === last - 1 ? [] : undefined));
  const value = omittedValue(root, names, definitions);
  if (value === undefined) return [];
  return names.map((name, index) => (index === last ? value : EMPTY.includes(name) ? {} : undefined));
}

/** The JSON type of a field; undefined where the schema has none. */
export function fieldType(root: Schema, names: readonly string[], definitions: Definitions): string | undefined {
  try {
    return resolved(fieldAt(root, names.join('.'), definitions).schema, definitions).type;
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

function omittedValue(root: Schema, names: readonly string[], definitions: Definitions): 0 | false | undefined {
  const name = names.at(-1) ?? '';
  const type = fieldType(root, names, definitions);
  if (type === 'boolean') return NOT_OFF.includes(name) ? undefined : false;
  if (type !== 'integer' && type !== 'number') return undefined;
  return (names[0] === 'status' && !MEASURES.test(name)) || COUNTS_OF_SPECS.includes(name) ? 0 : undefined;
}
