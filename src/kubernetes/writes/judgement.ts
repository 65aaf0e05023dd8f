import type { WriteAccess } from '../apimachinery/access.ts';
import { type ApiResource, groupIn, pathOf, resourceNameOf } from '../apimachinery/api-resource.ts';
import { RefusedError } from '../apimachinery/errors.ts';
import { type JsonObject, type KubernetesObject, LAST_APPLIED } from '../apimachinery/objects.ts';
import type { RequestTarget } from '../apimachinery/request-target.ts';
import type { Connection } from '../client/cluster.ts';
import { reachOfAccount, reachOfRole } from './account-rights.ts';
import { type Change, describeChange } from './change.ts';
import { dangerText } from './danger.ts';
import { hasForgedOwners } from './field-owners.ts';
import { nameProblem } from './names.ts';
import { ANYTHING, type Reference } from './pod-specs.ts';
import { newReach, type PolicyName, paramKindIn, powersOf, readsOfPolicy } from './powers.ts';
import { type Reach, reachOfRules } from './reach.ts';
import { removalsOf } from './removals.ts';

const RBAC = 'rbac.authorization.k8s.io';

/** The writer's permissions that can be checked only on the result of a write. */
export interface WriteRules {
  /** Where the user switches this access on, as a sentence; undefined when it is on. */
  accessRefusal(access: WriteAccess): string | undefined;
  /** Is this kind, or a subresource of it, denied? */
  deniesKind(
    target: Pick<RequestTarget, 'group' | 'version' | 'resource' | 'subresource'>,
    known: readonly ApiResource[],
  ): boolean;
}

/**
 * Decides whether changes may be written, by their dry-run results; every write passes here.
 * @throws RefusedError for what an agent may not do.
 */
export async function judge(
  changes: readonly Change[],
  rules: WriteRules,
  connection: Connection,
  signal: AbortSignal,
): Promise<void> {
  for (const change of changes) {
    const problem = nameProblem(change);
    if (problem) throw refusal(change, problem);
    refuseUntouchable(change);
    refuseRemoval(change, rules);
    refuseTelling(change);
  }
  const denied = await deniedKinds(rules, connection);
  if (denied.length === 0) return;
  for (const change of changes) await refuseReach(change, changes, denied, connection, signal);
}

function refusal(change: Change, why: string): RefusedError {
  return new RefusedError(`Not allowed: ${describeChange(change)}. ${why}`);
}

// With these, the user's next apply would delete what it never named, or skip what it should set.
function refuseUntouchable(change: Change): void {
  const { access, before, after, tried = after } = change;
  if (!after || !tried || access === 'delete' || access === 'exec') return;
  const applied = (object: KubernetesObject | undefined) => object?.metadata?.annotations?.[LAST_APPLIED];
  if (applied(before) !== applied(after))
    throw refusal(
      change,
      `The annotation ${LAST_APPLIED} belongs to kubectl apply, and agents do not write it. Leave it out.`,
    );
  if (hasForgedOwners(before, tried))
    throw refusal(
      change,
      'metadata.managedFields is kept by the API server, and agents do not write it. Leave it out.',
    );
}

function refuseRemoval(change: Change, rules: WriteRules): void {
  const { access, consequences = [] } = change;
  if (access !== 'create' && access !== 'update') return;
  const refused = rules.accessRefusal('delete');
  if (refused === undefined) return;
  const adoptions = consequences.filter(({ kind }) => kind === 'adopts' || kind === 'adopted');
  // What is new goes by itself only.
  const removals = [...removalsOf(change).filter(({ kind }) => kind !== 'owned' || access === 'update'), ...adoptions];
  if (removals.length > 0)
    throw refusal(change, `${removals.map(dangerText).join(' ')} So it needs the switch for deleting too. ${refused}`);
}

// A policy's messages reach whoever writes, in any form that an expression gives to what it read.
function refuseTelling(change: Change): void {
  if (change.access === 'delete' || change.access === 'exec') return;
  if (readsOfPolicy(change).some(({ kind, group }) => kind === 'Secret' && group === ''))
    throw refusal(change, 'With paramKind Secret, the messages of this policy could tell what a Secret holds.');
}

async function refuseReach(
  change: Change,
  changes: readonly Change[],
  denied: readonly Denied[],
  connection: Connection,
  signal: AbortSignal,
): Promise<void> {
  const { reach: own, references: named, role, accounts, policy } = newReach(change);
  const { namespace = connection.namespace } = change;
  const params = policy ? await paramKindOf(policy, change.apiVersion, changes, connection, signal) : [];
  const references = [...named, ...params];
  const given = role ? await reachOfBinding(role, change, changes, connection, signal) : [];
  const held = await Promise.all(accounts.map((account) => reachOfAccount(account, namespace, connection, signal)));
  const unread = accounts.find((_, index) => held[index] === undefined);
  if (unread !== undefined)
    throw refusal(
      change,
      `Its pods act as ServiceAccount ${unread}, and what that may do cannot be read with these credentials, which is needed where a kind is closed to agents (${denied[0] ? nameOf(denied[0]) : ''}): list of rolebindings and clusterrolebindings, and get of the roles.`,
    );
  const found = [...own, ...given, ...held.flatMap((reach) => reach ?? [])];
  const reached =
    denied.find((one) => found.some((reach) => reaches(reach, one))) ??
    denied.find((one) => references.some((reference) => refersTo(reference, one)));
  if (!reached) return;
  const words = powersOf(change).map(dangerText).join(' ');
  throw refusal(
    change,
    `It would reach the kind ${nameOf(reached)}, which is closed to agents here. ${words}`.trimEnd(),
  );
}

async function reachOfBinding(
  role: JsonObject,
  change: Change,
  changes: readonly Change[],
  connection: Connection,
  signal: AbortSignal,
): Promise<Reach[]> {
  const { kind, name } = role;
  const namespace = kind === 'Role' ? change.namespace : undefined;
  const own = writtenWith({ group: RBAC, kind, name, namespace }, changes);
  return own?.after ? reachOfRules(own.after.rules) : reachOfRole(role, change.namespace, connection, signal);
}

/** What the policy of a binding reads. One that cannot be read may read anything. */
async function paramKindOf(
  { kind, name }: PolicyName,
  apiVersion: string,
  changes: readonly Change[],
  { client, discovery }: Connection,
  signal: AbortSignal,
): Promise<Reference[]> {
  const own = writtenWith({ group: groupIn(apiVersion), kind, name, namespace: undefined }, changes);
  if (own?.after) return paramKindIn(own.after);
  try {
    const path = pathOf(await discovery.resolve(kind, apiVersion), undefined, name);
    return paramKindIn(await client.json<KubernetesObject>({ path, signal }));
  } catch {
    signal.throwIfAborted();
    return [ANYTHING];
  }
}

/** The change of this very object among those of the same call. */
function writtenWith(
  object: { group: string; kind: unknown; name: unknown; namespace: string | undefined },
  changes: readonly Change[],
): Change | undefined {
  return changes.find(
    ({ access, apiVersion, kind, name, namespace }) =>
      access !== 'delete' &&
      groupIn(apiVersion) === object.group &&
      kind === object.kind &&
      name === object.name &&
      (object.namespace === undefined || namespace === object.namespace),
  );
}

/** A denied kind or subresource. */
interface Denied {
  resource: ApiResource;
  subresource: string | undefined;
}

async function deniedKinds(rules: WriteRules, { discovery }: Connection): Promise<Denied[]> {
  const { resources } = await discovery.kinds();
  return resources.flatMap((resource) =>
    [undefined, ...resource.subresources]
      .filter((subresource) => rules.deniesKind({ ...resource, resource: resource.name, subresource }, resources))
      .map((subresource) => ({ resource, subresource })),
  );
}

function reaches({ groups, resources }: Reach, { resource: { group, name }, subresource }: Denied): boolean {
  const isNamed = (pattern: string) => {
    const [plural = '', part] = pattern.split('/');
    const isPart = subresource === undefined || pattern === '*' || part === '*' || part === subresource;
    return ['*', name].includes(plural) && isPart;
  };
  return (groups.includes('*') || groups.includes(group)) && resources.some(isNamed);
}

function refersTo({ plural, kind, group }: Reference, { resource, subresource }: Denied): boolean {
  if (subresource !== undefined) return false;
  if (plural !== undefined && plural !== resource.name) return false;
  if (kind !== undefined && kind !== resource.kind) return false;
  // A key tells the object's kind, but not its group.
  return plural !== undefined || group === undefined || group === resource.group;
}

function nameOf({ resource, subresource }: Denied): string {
  return subresource === undefined ? resourceNameOf(resource) : `${resourceNameOf(resource)}/${subresource}`;
}
