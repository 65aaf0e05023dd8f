import type { FieldPath } from './field-path.ts';
import { deepEqual } from './objects.ts';
import { COUNTS_OF_SPECS, EMPTY, NOT_OFF } from './omitted-values.ts';
import { parseQuantity } from './quantity.ts';

/** Amounts, by the names of their fields or resources. */
const AMOUNTS =
  /^(?:cpu|memory|storage|ephemeral-storage|hugepages-.*|sizeLimit|divisor|averageValue|targetValue|targetAverageValue)$/;
/** Mappings from resources to amounts. */
const AMOUNTS_OF_RESOURCES = ['requests', 'limits', 'capacity', 'allocatable', 'hard', 'podFixed', 'minResources'];
/** Mappings with keys of the user's own, in which an empty text is a value. */
const TEXTS = [
  ...['labels', 'annotations', 'matchLabels', 'nodeSelector', 'selector', 'data', 'binaryData', 'stringData'],
  ...['parameters', 'volumeAttributes'],
];
/** What says something where it is empty, too: runAsNonRoot overrules the pod's, and no storage class the default. */
const MEANT = [...NOT_OFF, 'runAsNonRoot', 'storageClassName'];
/** Objects that the API server leaves out where they are empty, or that then mean as little as none. */
const NEUTRAL = [
  ...EMPTY,
  ...['labels', 'annotations', 'matchLabels', 'nodeSelector', 'data', 'binaryData', 'stringData', 'parameters'],
  ...['metadata', 'resources', 'requests', 'limits', 'affinity', 'strategy', 'updateStrategy'],
  ...['overhead', 'volumeAttributes', 'properties'],
];

/**
 * Does the API server keep the value of a field as `live`? It writes amounts in its own way, and may leave out what
 * means nothing.
 */
export function isSameValue(own: unknown, live: unknown, path: FieldPath): boolean {
  if (live === undefined || live === null) return isNothing(own, path);
  if (Array.isArray(own) && Array.isArray(live))
    return own.length === live.length && own.every((one, index) => isSameValue(one, live[index], [...path, index]));
  if (typeof own === 'object' || typeof live === 'object') return deepEqual(own, live);
  // Some fields take a number and a text.
  const areTexts = typeof own === 'string' && typeof live === 'string';
  if (areTexts ? own === live : String(own) === String(live)) return true;
  const amount = isAmount(path) ? parseQuantity(own) : undefined;
  return amount !== undefined && amount === parseQuantity(live);
}

/** Means a missing field the same? */
function isNothing(value: unknown, path: FieldPath): boolean {
  const last = path.at(-1);
  const key = typeof last === 'string' ? last : '';
  if (value === undefined || value === null) return true;
  if (Array.isArray(value)) return value.length === 0;
  if (typeof value === 'object') return NEUTRAL.includes(key) && Object.keys(value).length === 0;
  if (value === 0)
    return COUNTS_OF_SPECS.includes(key) || (key === 'priority' && path.includes('additionalPrinterColumns'));
  return (value === '' || value === false) && !MEANT.includes(key) && !isText(path);
}

/** Is the field one of a mapping of the user's own, such as a label? */
export function isText(path: FieldPath): boolean {
  const parent = path.at(-2);
  // A schema has fields of any name.
  return typeof parent === 'string' && TEXTS.includes(parent) && path.at(-3) !== 'properties';
}

/** Does the field hold an amount, by its name? */
export function isAmount(path: FieldPath): boolean {
  const [parent, key] = [path.at(-2), path.at(-1)];
  if (typeof key !== 'string' || isText(path)) return false;
  if (AMOUNTS.test(key) || (key === 'value' && parent === 'target')) return true;
  return typeof parent === 'string' && AMOUNTS_OF_RESOURCES.includes(parent);
}
