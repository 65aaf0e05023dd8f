import { objectsAt } from '../apimachinery/fields.ts';
import { isObject, type JsonObject, type KubernetesObject } from '../apimachinery/objects.ts';
import type { Change } from './change.ts';
import { type Danger, danger } from './danger.ts';

const PARTS = ['requests', 'limits'];
const RESOURCES = ['cpu', 'memory'];

/** What resizing a running pod changes in each container, and which of them restart for it. */
export function resizeDangers({ subresource, before, after }: Change): Danger[] {
  if (subresource !== 'resize' || !before || !after) return [];
  const known = new Map(containersOf(before).map((container) => [container.name, container]));
  return containersOf(after).flatMap((container) => changesOf(known.get(container.name) ?? {}, container));
}

function changesOf(was: JsonObject, is: JsonObject): Danger[] {
  const name = String(is.name);
  const changes = PARTS.flatMap((part) =>
    RESOURCES.flatMap((resource) => {
      const [from, to] = [was, is].map((container) => amountOf(container, part, resource));
      return from === to ? [] : [{ resource, danger: danger('resizes', name, `${resource} ${part} ${from}`, `${to}`) }];
    }),
  );
  const changed = RESOURCES.filter((resource) => changes.some((change) => change.resource === resource));
  const restarting = changed.filter((resource) =>
    objectsAt(is.resizePolicy).some(
      ({ resourceName, restartPolicy }) => resourceName === resource && restartPolicy === 'RestartContainer',
    ),
  );
  return [
    ...changes.map((change) => change.danger),
    ...(restarting.length > 0 ? [danger('restartsContainer', name, restarting.join(', '))] : []),
  ];
}

function containersOf({ spec }: KubernetesObject): JsonObject[] {
  const { containers, initContainers } = isObject(spec) ? spec : {};
  return [...objectsAt(initContainers), ...objectsAt(containers)];
}

function amountOf({ resources }: JsonObject, part: string, resource: string): string {
  const amounts = isObject(resources) ? resources[part] : undefined;
  const amount = isObject(amounts) ? amounts[resource] : undefined;
  return amount === undefined ? '-' : String(amount);
}
