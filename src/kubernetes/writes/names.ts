import { hasInvisible } from '../text/visible.ts';
import type { Change } from './change.ts';

const LABEL = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;
const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const MAX_NAME_CHARACTERS = 253;
/** Names of these may be any path segment. */
const FREE = /^rbac\.authorization\.k8s\.io\//;
/** Names of these are a single DNS label. */
const ONE_LABEL = ['Namespace', 'Service'];

/**
 * What is wrong with the name of an object to create, by the API server's rules; undefined when nothing is. Checked
 * before the user is asked, also for objects not dry-run yet: a name with a line break would forge a line of the
 * question.
 */
export function nameProblem({
  access,
  apiVersion,
  kind,
  name,
  namespace,
  after,
  consequences,
}: Change): string | undefined {
  if (access !== 'create') return undefined;
  const generated = after?.metadata?.generateName;
  const names = [name, namespace, generated].filter((one) => one !== undefined);
  const hidden = names.find((one) => hasInvisible(one) || /\s/.test(one));
  if (hidden !== undefined) return 'Its name holds white space, or characters that cannot be seen.';
  if (namespace !== undefined && !LABEL.test(namespace)) return `"${namespace}" can be no namespace.`;
  const isTried = !consequences?.some((consequence) => consequence.kind === 'notTried');
  if (name === undefined || isTried || FREE.test(apiVersion)) return undefined;
  const fits = ONE_LABEL.includes(kind) && !apiVersion.includes('/') ? LABEL.test(name) : SUBDOMAIN.test(name);
  return fits && name.length <= MAX_NAME_CHARACTERS
    ? undefined
    : `"${name}" can be no name of a ${kind}: lower case letters, digits, - and ., beginning and ending with a letter or digit.`;
}
