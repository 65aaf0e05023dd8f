import { demandedLabel } from './label-selector.ts';
import { isObject } from './objects.ts';
import type { RequestTarget } from './request-target.ts';

/** How the name of each record of a release begins, in a Secret or a ConfigMap. */
const RECORD_PREFIX = 'sh.helm.release.v1.';
/** The label that Helm gives to all of them, and to nothing else. */
const OWNER = { key: 'owner', value: 'helm' };

/** A label selector for the records of all releases. */
export const RELEASE_SELECTOR = `${OWNER.key}=${OWNER.value}`;

/** Is it one of the kinds of which records are? */
export function mayHoldRecords({ group, resource }: Pick<RequestTarget, 'group' | 'resource'>): boolean {
  return group === '' && (resource === 'secrets' || resource === 'configmaps');
}

/** What Helm calls the record of a revision. */
export function recordName(release: string, revision: number): string {
  return `${RECORD_PREFIX}${release}.v${revision}`;
}

/** Is it the name of a record, of whatever release? */
export function isRecordName(name: string | undefined): boolean {
  return name?.startsWith(RECORD_PREFIX) === true;
}

/** Is it the name of a record of this release? */
export function isRecordNameOf(name: string | undefined, release: string): boolean {
  const prefix = `${RECORD_PREFIX}${release}.v`;
  return name?.startsWith(prefix) === true && /^\d+$/.test(name.slice(prefix.length));
}

/** Is it the metadata of a record, by its name or by its label? */
export function isRecordMetadata(metadata: unknown): boolean {
  if (!isObject(metadata)) return false;
  const { name, labels } = metadata;
  return (typeof name === 'string' && isRecordName(name)) || (isObject(labels) && labels[OWNER.key] === OWNER.value);
}

/** Does a label selector leave nothing but records of releases? */
export function selectsReleases(labelSelector: string | undefined): boolean {
  return labelSelector !== undefined && demandedLabel(labelSelector, OWNER.key) === OWNER.value;
}
