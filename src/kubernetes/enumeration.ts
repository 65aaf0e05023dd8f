import type { RequestTarget } from './apimachinery/request-target.ts';
import type { Selectors } from './client/request.ts';

/** Fields by which a list is about one object: its own name, or, of events, what they report on. */
const NAME = ['metadata.name'];
const SUBJECT = ['involvedObject.name', 'involvedObject.uid', 'regarding.name', 'regarding.uid'];
/** By these labels Helm finds the revisions of one release. */
const RELEASE = ['name'];
/** By this label EndpointSlices say whose they are. */
const SERVICE = 'kubernetes.io/service-name';

/**
 * Does a list or a watch tell of nothing but one object that its sender can name? That is the object itself, its events, and
 * the endpoints of one Service, each in one namespace; everything else tells names that nobody has given.
 */
export function isAboutOne(
  { group, resource, namespace }: RequestTarget,
  { fieldSelector, labelSelector }: Selectors,
  namespaced: boolean,
): boolean {
  if (namespaced && namespace === undefined) return false;
  if (resource === 'endpointslices' && group === 'discovery.k8s.io' && equals(labelSelector, [SERVICE])) return true;
  const isStored = isReleaseStorage({ group, resource, name: undefined }, { labelSelector });
  if (isStored && equals(labelSelector, RELEASE)) return true;
  return equals(fieldSelector, resource === 'events' ? [...NAME, ...SUBJECT] : NAME);
}

/** Is it where Helm keeps releases, and nothing else? */
export function isReleaseStorage(
  { group, resource, name }: Pick<RequestTarget, 'group' | 'resource' | 'name'>,
  listed: Pick<Selectors, 'labelSelector'> | undefined,
): boolean {
  if (group !== '' || !['secrets', 'configmaps'].includes(resource)) return false;
  return name === undefined
    ? /(^|,)owner=helm(,|$)/.test(listed?.labelSelector ?? '')
    : /^sh\.helm\.release\.v1\./.test(name);
}

// The parts of a selector all have to hold, so that one is enough.
function equals(selector: string, keys: readonly string[]): boolean {
  const parts = selector.match(/(?:\\.|[^,\\])+/g) ?? [];
  return parts.some((part) => {
    const [, key = '', value = ''] = /^([^=!]+)==?([^=()]+)$/.exec(part.trim()) ?? [];
    return value !== '' && keys.includes(key.trim());
  });
}
