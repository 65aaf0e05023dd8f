import { isObject, type JsonObject, type KubernetesObject } from '../apimachinery/objects.ts';

/** Does a manifest change a Service port that it identifies by its name, or as the only one, and not by its number? */
export function hasRenumberedPorts(given: KubernetesObject, live: KubernetesObject): boolean {
  const old = portsOf(live);
  return portsOf(given).some((port) => {
    const same = counterpart(port, old, portsOf(given).length);
    return same !== undefined && keyOf(same) !== keyOf(port);
  });
}

/** The live Service with the fields of the manifest, and with its ports where the names match. */
export function withPorts(given: KubernetesObject, live: KubernetesObject): KubernetesObject {
  const old = portsOf(live);
  const fresh = portsOf(given);
  const pairs = fresh.map((port) => ({ port, same: counterpart(port, old, fresh.length) }));
  const kept = old.map((port) => {
    const pair = pairs.find(({ same }) => same === port);
    return pair ? { ...port, ...pair.port } : port;
  });
  const added = pairs.flatMap(({ port, same }) => (same ? [] : [port]));
  const whole = merged(live, given);
  return { ...whole, spec: { ...(isObject(whole.spec) ? whole.spec : {}), ports: [...kept, ...added] } };
}

function counterpart(port: JsonObject, old: readonly JsonObject[], count: number): JsonObject | undefined {
  if (port.$patch !== undefined) return undefined;
  const exact = old.find((one) => keyOf(one) === keyOf(port));
  if (exact) return exact;
  const named = port.name === undefined ? undefined : old.find(({ name }) => name === port.name);
  // A single port needs no name.
  return named ?? (old.length === 1 && count === 1 && port.name === undefined ? old[0] : undefined);
}

function keyOf({ port, protocol = 'TCP' }: JsonObject): string {
  return `${port}/${protocol}`;
}

function portsOf({ spec }: KubernetesObject): JsonObject[] {
  return isObject(spec) && Array.isArray(spec.ports) ? spec.ports.filter(isObject) : [];
}

function merged<T extends JsonObject>(live: T, given: JsonObject): T {
  const entries = Object.entries(given).map(([key, value]) => {
    const old = live[key];
    return [key, isObject(old) && isObject(value) ? merged(old, value) : value];
  });
  return { ...live, ...Object.fromEntries(entries) };
}
