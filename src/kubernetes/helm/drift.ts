import { memberName } from '../apimachinery/named-members.ts';
import { isObject, type JsonObject, type KubernetesObject } from '../apimachinery/objects.ts';
import { isSameValue } from '../apimachinery/same-value.ts';
import { redact } from '../text/redact.ts';

/** A field whose live value differs from the release's manifest. */
export interface DriftedField {
  /** `.spec.replicas` */
  path: string;
  manifest: string;
  live: string;
}

const MAX_TEXT = 80;
/** What the API server rewrites by itself. */
const REWRITTEN =
  /^\.(?:stringData|status|metadata\.(?:namespace|creationTimestamp|managedFields|resourceVersion))(?:\.|$)/;

/** Fields of the manifest changed since the release, redacted; fields it does not name are ignored. */
export function driftOf(manifest: KubernetesObject, live: KubernetesObject): DriftedField[] {
  // The actual values are compared; only redacted ones are shown.
  const [shown, shownLive] = [redact(manifest), redact(live)];
  const found: DriftedField[] = [];
  const walk = (own: unknown, is: unknown, ownShown: unknown, isShown: unknown, path: string) => {
    if (REWRITTEN.test(path) || own === null || own === undefined) return;
    if (isObject(own) && (isObject(is) || is === undefined)) {
      if (is === undefined && Object.keys(own).length === 0) return;
      for (const [key, value] of Object.entries(own))
        walk(value, is?.[key], part(ownShown, key), part(isShown, key), `${path}.${key}`);
      return;
    }
    if (Array.isArray(own) && Array.isArray(is)) {
      for (const [index, value] of own.entries()) {
        const at = counterpartIndex(own, is, index);
        walk(value, is[at], part(ownShown, index), part(isShown, at), `${path}[${memberName(value) ?? index}]`);
      }
      return;
    }
    if (!isSameValue(own, is)) found.push({ path, manifest: textOf(ownShown), live: textOf(isShown) });
  };
  for (const key of Object.keys(manifest)) {
    if (key === 'apiVersion' || key === 'kind') continue;
    walk(manifest[key], live[key], part(shown, key), part(shownLive, key), `.${key}`);
  }
  return found;
}

function part(value: unknown, key: string | number): unknown {
  if (Array.isArray(value)) return value[Number(key)];
  return isObject(value) ? value[key] : value;
}

function counterpartIndex(own: readonly unknown[], live: readonly unknown[], index: number): number {
  const name = memberName(own[index]);
  const at = name === undefined ? -1 : live.findIndex((one) => memberName(one) === name);
  return at < 0 ? index : at;
}

function textOf(value: unknown): string {
  const text =
    value === undefined ? 'nothing' : typeof value === 'object' ? JSON.stringify(value as JsonObject) : String(value);
  return text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text;
}
