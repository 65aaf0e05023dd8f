import type { ApiResource } from '../apimachinery/api-resource.ts';
import { UserError } from '../apimachinery/errors.ts';
import { nearest } from '../apimachinery/nearest.ts';

const AUTHENTICATION = 'authentication.k8s.io';
const IMPERSONATE = ['impersonate'];

/** What RBAC has rules for and no API server serves, by plural. */
const RESOURCES: Record<string, Pick<ApiResource, 'group' | 'verbs'>> = {
  users: { group: '', verbs: IMPERSONATE },
  groups: { group: '', verbs: IMPERSONATE },
  uids: { group: AUTHENTICATION, verbs: IMPERSONATE },
  userextras: { group: AUTHENTICATION, verbs: IMPERSONATE },
  signers: { group: 'certificates.k8s.io', verbs: ['approve', 'sign', 'attest'] },
};

/** Subresources that authorizers are asked about and no API server lists. */
const SUBRESOURCES: Record<string, readonly string[]> = {
  nodes: ['metrics', 'stats', 'log', 'spec', 'checkpoint', 'configz', 'healthz', 'pods'],
  resourceclaims: ['binding', 'driver'],
};

/** The resource meant by `users`, `signers.certificates.k8s.io`, `*` or `*.apps`; undefined for one that is served. */
export function virtualResource(text: string): ApiResource | undefined {
  const [head = '', ...rest] = text.trim().toLowerCase().split('.');
  const given = rest.length > 0 ? rest.join('.') : undefined;
  if (head === '*') return resource('*', { group: given ?? '*', verbs: ['*'] }, true);
  const name = [head, `${head}s`].find((one) => Object.hasOwn(RESOURCES, one));
  const found = name === undefined ? undefined : RESOURCES[name];
  if (name === undefined || !found || (given !== undefined && given !== found.group)) return undefined;
  return resource(name, found, false);
}

function resource(
  name: string,
  { group, verbs }: Pick<ApiResource, 'group' | 'verbs'>,
  namespaced: boolean,
): ApiResource {
  return {
    group,
    version: '',
    name,
    kind: name,
    singularName: '',
    shortNames: [],
    namespaced,
    verbs,
    subresources: [],
  };
}

/** @throws UserError for a subresource that the kind does not have: no rule of RBAC could mean it. */
export function assertSubresource({ name, subresources }: ApiResource, subresource: string): void {
  const others = SUBRESOURCES[name] ?? [];
  // Any kind can have finalizers, and those of a virtual one are its values.
  if (['*', 'finalizers', ...subresources, ...others].includes(subresource)) return;
  if (name === '*' || Object.hasOwn(RESOURCES, name)) return;
  const all = [...subresources, ...others];
  const close = nearest(subresource, all);
  const advice = close.length > 0 ? ` Nearest: ${close.join(', ')}.` : '';
  throw new UserError(
    `${name} have no subresource "${subresource}".${advice} ${all.length > 0 ? `They have: ${all.join(', ')}.` : 'They have none.'}`,
  );
}
