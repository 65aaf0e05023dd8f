import { isObject, type JsonObject, type KubernetesObject } from '../apimachinery/objects.ts';
import { redact, restoreRedacted } from '../text/redact.ts';
import { toYaml } from '../text/yaml.ts';

/** The chart's values overridden by the user's, merged as Helm does: null removes a key, lists are replaced. */
export function mergedValues(defaults: JsonObject, own: JsonObject): JsonObject {
  const merged = new Map(Object.entries(defaults));
  for (const [key, value] of Object.entries(own)) {
    const old = merged.get(key);
    if (value === null) merged.delete(key);
    else merged.set(key, isObject(old) && isObject(value) ? mergedValues(old, value) : value);
  }
  return Object.fromEntries(merged);
}

/** Values as YAML, redacted like an object's fields. */
export function shownValues(values: JsonObject): string {
  const { values: shown } = redact({ values } as KubernetesObject);
  return toYaml(shown);
}

/** Values as the user changed them, with what was redacted as it is in the release's own. @throws UserError for a stray marker */
export function restoredValues(changed: JsonObject, own: JsonObject): JsonObject {
  const { values } = restoreRedacted({ values: changed } as KubernetesObject, { values: own } as KubernetesObject) as {
    values?: JsonObject;
  };
  return values ?? {};
}
