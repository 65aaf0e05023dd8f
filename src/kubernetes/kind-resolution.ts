import { type ApiResource, apiVersionOf, resourceNameOf } from './api-resource.ts';
import { UserError } from './errors.ts';
import { nearest } from './nearest.ts';

/** Raised when no served kind matches; discovery is refreshed once before it reaches anyone. */
export class UnknownKindError extends UserError {
  override name = 'UnknownKindError';
}

/**
 * Finds the kind that a person means by `Deployment`, `deployments`, `deploy`, `deployments.apps` or
 * `deployments.v1.apps`, in any case. `resources` hold every served version, the preferred one of each group first.
 * @throws UnknownKindError with the nearest kinds; UserError with the candidates when several groups serve the kind.
 */
export function resolveKind(resources: readonly ApiResource[], kind: string, apiVersion?: string): ApiResource {
  const wanted = kind.trim().toLowerCase();
  const inVersion = apiVersion ? resources.filter((resource) => apiVersionOf(resource) === apiVersion) : resources;
  for (const matches of [matchesName, matchesShortName, matchesQualifiedName]) {
    const found = preferredOfEachGroup(inVersion.filter((resource) => matches(resource, wanted)));
    const core = found.find(({ group }) => group === '');
    // kubectl takes the core group where it serves the kind; between other groups it would guess, and so must not we.
    if (core || found.length === 1) return core ?? (found[0] as ApiResource);
    if (found.length > 1) throw ambiguous(kind, found);
  }
  throw unknown(resources, kind, apiVersion);
}

function matchesName({ kind, name, singularName }: ApiResource, wanted: string): boolean {
  return name === wanted || kind.toLowerCase() === wanted || (singularName !== '' && singularName === wanted);
}

function matchesShortName({ shortNames }: ApiResource, wanted: string): boolean {
  return shortNames.includes(wanted);
}

function matchesQualifiedName(resource: ApiResource, wanted: string): boolean {
  const dot = wanted.indexOf('.');
  if (dot <= 0) return false;
  const head = wanted.slice(0, dot);
  const tail = wanted.slice(dot + 1);
  if (!matchesName(resource, head) && !matchesShortName(resource, head)) return false;
  return (
    tail === resource.group || tail === (resource.group ? `${resource.version}.${resource.group}` : resource.version)
  );
}

/** Of each kind only the first version, which is the preferred one of its group. */
export function preferredOfEachGroup(resources: readonly ApiResource[]): ApiResource[] {
  const seen = new Set<string>();
  return resources.filter(({ group, name }) => {
    const key = `${group}/${name}`;
    return seen.has(key) ? false : seen.add(key);
  });
}

function ambiguous(kind: string, found: readonly ApiResource[]): UserError {
  const candidates = found.map((resource) => `${resource.kind} in ${apiVersionOf(resource)}`).join('; ');
  const names = found.map(resourceNameOf).join(' or ');
  return new UserError(`"${kind}" is ambiguous: ${candidates}. Call again with kind ${names}.`);
}

function unknown(resources: readonly ApiResource[], kind: string, apiVersion: string | undefined): UnknownKindError {
  if (apiVersion) {
    const elsewhere = resources.filter((resource) => matchesName(resource, kind.trim().toLowerCase()));
    if (elsewhere.length > 0) {
      const versions = [...new Set(elsewhere.map(apiVersionOf))].join(', ');
      return new UnknownKindError(`${kind} is not served in "${apiVersion}". It is served in: ${versions}.`);
    }
  }
  const names = resources.flatMap((resource) => [resource.kind, resource.name, ...resource.shortNames]);
  const close = nearest(kind, names);
  const advice = close.length > 0 ? `Nearest: ${close.join(', ')}.` : 'get_api_resources lists the kinds.';
  return new UnknownKindError(`The cluster serves no kind "${kind}". ${advice}`);
}
