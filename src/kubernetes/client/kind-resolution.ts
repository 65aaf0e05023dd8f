import { type ApiResource, apiVersionOf, resourceNameOf } from '../apimachinery/api-resource.ts';
import { UserError } from '../apimachinery/errors.ts';
import { nearest } from '../apimachinery/nearest.ts';
import { subresourceOfKind } from '../apimachinery/subresource-kinds.ts';

/** Thrown when no served kind matches, after discovery was refreshed once. */
export class UnknownKindError extends UserError {
  override name = 'UnknownKindError';
  readonly kind: string;
  /** Similar kinds, if the kind is entirely unknown. */
  readonly nearest: readonly string[] | undefined;
  /** The subresource that was given as a kind, if it was one. */
  readonly subresource: string | undefined;

  constructor(message: string, kind: string, close?: readonly string[], subresource?: string) {
    super(message, close?.length === 0 ? 'list the kinds' : undefined);
    this.kind = kind;
    this.nearest = close;
    this.subresource = subresource;
  }
}

/** Thrown when several groups serve the kind. */
export class AmbiguousKindError extends UserError {
  override name = 'AmbiguousKindError';
  readonly kind: string;
  readonly candidates: readonly ApiResource[];

  constructor(kind: string, candidates: readonly ApiResource[]) {
    const places = candidates.map((resource) => `${resource.kind} in ${apiVersionOf(resource)}`).join('; ');
    super(`"${kind}" is ambiguous: ${places}. Call again with kind ${candidates.map(resourceNameOf).join(' or ')}.`);
    this.kind = kind;
    this.candidates = candidates;
  }
}

/**
 * Finds the kind meant by `Deployment`, `deployments`, `deploy`, `deployments.apps` or `deployments.v1.apps`, in any
 * case. `resources` holds every served version, each group's preferred one first.
 * @throws UnknownKindError, AmbiguousKindError
 */
export function resolveKind(resources: readonly ApiResource[], kind: string, apiVersion?: string): ApiResource {
  const wanted = kind.trim().toLowerCase();
  const inVersion = apiVersion ? resources.filter((resource) => apiVersionOf(resource) === apiVersion) : resources;
  for (const matches of MATCHERS) {
    const all = preferredOfEachGroup(inVersion.filter((resource) => matches(resource, wanted)));
    // kubectl prefers the core group; between other groups it would guess, and we must not.
    const core = all.filter(({ group }) => group === '');
    const found = core.length > 0 ? core : all;
    const only = found.length === 1 ? found[0] : amongOneGroup(found, kind.trim());
    if (only) return only;
    if (found.length > 0) throw new AmbiguousKindError(kind, found);
  }
  throw unknown(resources, kind, apiVersion);
}

/**
 * Like `resolveKind`, of the core group's kinds alone: undefined unless the text names one of them in a way that means
 * it whatever other groups serve. @throws AmbiguousKindError
 */
export function resolveCoreKind(
  core: readonly ApiResource[],
  kind: string,
  apiVersion: string | undefined,
): ApiResource | undefined {
  const wanted = kind.trim().toLowerCase();
  const named = core.some((one) => matchesName(one, wanted) && (!apiVersion || apiVersionOf(one) === apiVersion));
  return named ? resolveKind(core, kind, apiVersion) : undefined;
}

function matchesName({ kind, name, singularName }: ApiResource, wanted: string): boolean {
  return name === wanted || kind.toLowerCase() === wanted || (singularName !== '' && singularName === wanted);
}

function matchesShortName({ shortNames }: ApiResource, wanted: string): boolean {
  return shortNames.includes(wanted);
}

function matchesWithGroup(resource: ApiResource, wanted: string): boolean {
  return resource.group !== '' && matchesBefore(resource, wanted, resource.group);
}

function matchesWithVersion(resource: ApiResource, wanted: string): boolean {
  const { group, version } = resource;
  return matchesBefore(resource, wanted, group === '' ? version : `${version}.${group}`);
}

function matchesBefore(resource: ApiResource, wanted: string, tail: string): boolean {
  if (!wanted.endsWith(`.${tail}`)) return false;
  const head = wanted.slice(0, -tail.length - 1);
  return matchesName(resource, head) || matchesShortName(resource, head);
}

/** From the most to the least likely meaning. */
const MATCHERS = [matchesName, matchesShortName, matchesWithGroup, matchesWithVersion];

/** May the lower-case text mean the kind, in any form that `resolveKind` takes? */
export function isNamed(resource: ApiResource, wanted: string): boolean {
  return MATCHERS.some((matches) => matches(resource, wanted));
}

/** Each kind once, in its group's preferred version. */
export function preferredOfEachGroup(resources: readonly ApiResource[]): ApiResource[] {
  const seen = new Set<string>();
  return resources.filter(({ group, name }) => {
    const key = `${group}/${name}`;
    return seen.has(key) ? false : seen.add(key);
  });
}

// The plural of one kind may be the singular of another: no group or version tells them apart, but the spelling can.
function amongOneGroup(found: readonly ApiResource[], wanted: string): ApiResource | undefined {
  if (new Set(found.map(({ group }) => group)).size > 1) return undefined;
  const name = wanted.split('.')[0] ?? '';
  const exact = found.filter(({ kind }) => kind === name);
  return exact.length === 1 ? exact[0] : found.find((resource) => resource.name === name.toLowerCase());
}

function unknown(resources: readonly ApiResource[], kind: string, apiVersion: string | undefined): UnknownKindError {
  if (apiVersion) {
    const wanted = kind.trim().toLowerCase();
    const elsewhere = resources.filter((resource) => isNamed(resource, wanted));
    if (elsewhere.length > 0) {
      const versions = [...new Set(elsewhere.map(apiVersionOf))].join(', ');
      return new UnknownKindError(`${kind} is not served in "${apiVersion}". It is served in: ${versions}.`, kind);
    }
  }
  if (kind.trim().toLowerCase() === 'all')
    return new UnknownKindError('"all" is no kind. Name those that matter, such as deploy,sts,ds,job,svc,pod.', kind);
  if (kind.includes(','))
    return new UnknownKindError(`"${kind}" is more than one kind: give one at a time here.`, kind);
  const known = slashed(resources, kind.trim()) ?? ofSubresource(resources, kind.trim());
  if (known) return known;
  const names = resources.flatMap((resource) => [resource.kind, resource.name, ...resource.shortNames]);
  const close = nearest(kind, names);
  const advice = close.length > 0 ? ` Nearest: ${close.join(', ')}.` : '';
  return new UnknownKindError(`The cluster serves no kind "${kind}".${advice}`, kind, close);
}

function ofSubresource(resources: readonly ApiResource[], kind: string): UnknownKindError | undefined {
  const subresource = subresourceOfKind(kind);
  if (subresource === undefined) return undefined;
  const owners = preferredOfEachGroup(resources).filter(({ subresources }) => subresources.includes(subresource));
  const which = owners.length > 0 && owners.length < 4 ? ` of ${owners.map(resourceNameOf).join(', ')}` : '';
  const message = `${kind} is no object but a request to the subresource "${subresource}"${which}.`;
  return new UnknownKindError(message, kind, undefined, subresource);
}

/** `pods/log`, or kubectl's `pod/web`. */
function slashed(resources: readonly ApiResource[], kind: string): UnknownKindError | undefined {
  const [head = '', tail = '', more] = kind.split('/');
  const wanted = head.toLowerCase();
  const owner = resources.find((resource) => isNamed(resource, wanted));
  if (!owner || tail === '' || more !== undefined) return undefined;
  const what = resourceNameOf(owner);
  if (owner.subresources.includes(tail))
    return new UnknownKindError(`"${kind}" is no kind: ${tail} is a subresource of ${what}.`, kind, undefined, tail);
  const message = `"${kind}" is no kind: kind and name are given one by one, kind ${head} and name ${tail}.`;
  return new UnknownKindError(message, kind);
}
