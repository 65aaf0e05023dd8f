import { isRecordMetadata } from '../apimachinery/helm-storage.ts';
import { isObject, type JsonObject, type KubernetesObject } from '../apimachinery/objects.ts';
import type { RequestTarget } from '../apimachinery/request-target.ts';
import { isRecord, type ReleasePlace } from './release-record.ts';

/** What stands in the place of each value that no chart is shown. Nothing in it changes when it is quoted or escaped. */
const REDACTED = 'redacted-by-mcp-k8s';
const ENCODED = Buffer.from(REDACTED).toString('base64');
/** How it looks within base64 of more, for each place in a group of three bytes at which it may begin. */
const WITHIN_BASE64 = [0, 1, 2].map((before) =>
  Buffer.from(`${' '.repeat(before)}${REDACTED}`)
    .toString('base64')
    .slice(Math.ceil((8 * before) / 6), Math.floor((8 * (before + REDACTED.length)) / 6)),
);
/** Annotations by which helm knows what belongs to a release, and where the start of a watch ends; others may repeat the object. */
const KEPT_ANNOTATION = /^(?:(?:meta\.)?helm\.sh\/|k8s\.io\/initial-events-end$)/;

/** Does a client of helm's own ask, for its records? The one that templates look things up with takes nothing but JSON, or CBOR. */
export function asksForHelm(accept: string | undefined): boolean {
  return accept !== undefined && (accept.includes('*/*') || accept.includes('protobuf'));
}

/**
 * An answer about Secrets or ConfigMaps as helm gets it: an object, a list, or the event of a watch. A chart can make
 * anything of what it looks up, so nothing could be redacted afterwards: no value of a Secret is in it, and no record of a release.
 * @param own the release whose records are shown whole, if it is helm itself that asks.
 */
export function chartView(answer: unknown, target: RequestTarget, own: ReleasePlace | undefined): unknown {
  if (!isObject(answer)) return answer;
  const { kind, type, object, items } = answer;
  if (kind === 'Status') return answer;
  if (Array.isArray(items)) return { ...answer, items: items.map((item) => chartView(item, target, own)) };
  if (typeof type === 'string' && isObject(object)) return { ...answer, object: chartView(object, target, own) };
  return viewOfObject(answer, target, own);
}

function viewOfObject(
  object: KubernetesObject,
  { group, version, resource, ...target }: RequestTarget,
  own: ReleasePlace | undefined,
): KubernetesObject {
  const { labels, annotations, ...metadata } = object.metadata ?? {};
  const { name = target.name, namespace = target.namespace } = metadata;
  const place = { group, version, resource, namespace, name, subresource: undefined };
  if (own && isRecord({ target: place }, own)) return object;
  const isSecret = resource === 'secrets';
  if (!isSecret && !isRecordMetadata({ name, labels })) return object;
  const kept = Object.entries(annotations ?? {}).filter(([key]) => KEPT_ANNOTATION.test(key));
  const shown: JsonObject = {};
  for (const field of ['apiVersion', 'kind', 'type', 'immutable']) if (field in object) shown[field] = object[field];
  return {
    ...shown,
    metadata: {
      ...metadata,
      ...(labels && { labels }),
      ...(kept.length > 0 && { annotations: Object.fromEntries(kept) }),
    },
    ...withoutValues(object, 'data', isSecret ? ENCODED : REDACTED),
    ...withoutValues(object, 'binaryData', ENCODED),
  };
}

function withoutValues(object: KubernetesObject, field: string, value: string): JsonObject {
  const values = object[field];
  return isObject(values) ? { [field]: Object.fromEntries(Object.keys(values).map((key) => [key, value])) } : {};
}

/** Did a chart write down, as it stands or in base64, what it was shown in the place of a value? */
export function repeatsView(rendered: string): boolean {
  return rendered.includes(REDACTED) || WITHIN_BASE64.some((text) => rendered.includes(text));
}
