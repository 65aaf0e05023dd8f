import { changedPaths, type FieldPath, pathText, valueAt } from '../apimachinery/field-path.ts';
import { isObject, type KubernetesObject } from '../apimachinery/objects.ts';
import { comparable } from '../text/diff.ts';

/** What members of lists are known by, in Kubernetes' own kinds. */
const KEYS = [
  'name',
  'containerPort',
  'port',
  'mountPath',
  'devicePath',
  'topologyKey',
  'host',
  'ip',
  'uid',
  'id',
  'key',
  'type',
];

/** What is in a member of a list before, or is such a member, and is gone afterwards. */
export function droppedParts(before: KubernetesObject, after: KubernetesObject): string[] {
  const [was, is] = [comparable(before), comparable(after)];
  return [...new Set(changedPaths(was, is).flatMap((path) => droppedAt(path, was, is)))];
}

function droppedAt(path: FieldPath, before: KubernetesObject, after: KubernetesObject): string[] {
  const [was, is] = [valueAt(before, path), valueAt(after, path)];
  const isInside = path.some((step) => typeof step !== 'string');
  if (isInside && is === undefined) return [pathText(path)];
  if (!Array.isArray(was) || !Array.isArray(is)) return [];
  return was.filter(isObject).flatMap((member) => {
    const key = KEYS.find((one) => member[one] !== undefined);
    if (key === undefined) return [];
    const same = is.find((other) => isObject(other) && other[key] === member[key]);
    const step = { keys: { [key]: member[key] } };
    if (!isObject(same)) return [pathText([...path, step])];
    const lost = Object.keys(member).filter((field) => same[field] === undefined);
    return lost.map((field) => pathText([...path, step, field]));
  });
}
