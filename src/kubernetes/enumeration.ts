import { demandedField } from './apimachinery/field-selector.ts';
import { isRecordName, mayHoldRecords, selectsReleases } from './apimachinery/helm-storage.ts';
import { demandedLabel } from './apimachinery/label-selector.ts';
import type { RequestTarget } from './apimachinery/request-target.ts';
import type { Selectors } from './client/request.ts';

/** Fields that limit a list to one object: its own name or, for events, the object they report on. */
const NAME = ['metadata.name'];
const SUBJECT = ['involvedObject.name', 'involvedObject.uid', 'regarding.name', 'regarding.uid'];
/** Label by which Helm finds the revisions of one release. */
const RELEASE = 'name';
/** Label that ties EndpointSlices to their Service. */
const SERVICE = 'kubernetes.io/service-name';

/**
 * Does a list or watch cover only one object that its sender can name? That means the object itself, its events, or the
 * endpoints of one Service, within one namespace; anything else reveals names the sender did not have.
 */
export function isAboutOne(
  { group, resource, namespace }: RequestTarget,
  { fieldSelector, labelSelector }: Selectors,
  namespaced: boolean,
): boolean {
  if (namespaced && namespace === undefined) return false;
  if (resource === 'endpointslices' && group === 'discovery.k8s.io' && demandedLabel(labelSelector, SERVICE))
    return true;
  const isStored = isReleaseStorage({ group, resource, name: undefined }, { labelSelector });
  if (isStored && demandedLabel(labelSelector, RELEASE)) return true;
  const fields = resource === 'events' ? [...NAME, ...SUBJECT] : NAME;
  return fields.some((field) => demandedField(fieldSelector, field));
}

/** Is it only the storage of Helm releases? */
export function isReleaseStorage(
  { group, resource, name }: Pick<RequestTarget, 'group' | 'resource' | 'name'>,
  listed: Pick<Selectors, 'labelSelector'> | undefined,
): boolean {
  if (!mayHoldRecords({ group, resource })) return false;
  return name === undefined ? selectsReleases(listed?.labelSelector) : isRecordName(name);
}
