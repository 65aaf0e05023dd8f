import { type ApiResource, resourceNameOf } from '../apimachinery/api-resource.ts';
import { RefusedError } from '../apimachinery/errors.ts';
import { type JsonObject, type KubernetesObject, LAST_APPLIED } from '../apimachinery/objects.ts';
import type { Connection } from '../client/cluster.ts';
import type { Access } from '../client/request.ts';
import { reachOfAccount, reachOfRole } from './account-rights.ts';
import { type Change, describeChange } from './change.ts';
import { dangerText } from './danger.ts';
import { hasForgedOwners } from './field-owners.ts';
import { nameProblem } from './names.ts';
import type { Reference } from './pod-specs.ts';
import { newReach, powersOf, type Reach, reachOfRules } from './powers.ts';
import { removalsOf } from './removals.ts';

/** What is allowed to whoever writes, as far as it takes the result of a write to say. */
export interface WriteRules {
  permits(access: Access): boolean;
  /** Is this kind, or a subresource of it, closed? */
  deniesKind(group: string, plural: string, subresource?: string): boolean;
}

/**
 * Whether changes may be written, judged by what the dry run made of them: whatever the route, this is the one place.
 * @throws RefusedError for what is not allowed to an agent.
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
  }
  const denied = await deniedKinds(rules, connection);
  if (denied.length === 0) return;
  for (const change of changes) await refuseReach(change, changes, denied, connection, signal);
}

function refusal(change: Change, why: string): RefusedError {
  return new RefusedError(`Not allowed: ${describeChange(change)}. ${why}`);
}

// By them, the next apply of the user would delete what it never named, or leave alone what it should set.
function refuseUntouchable(change: Change): void {
  const { access, before, after } = change;
  if (!after || access === 'delete' || access === 'exec') return;
  const applied = (object: KubernetesObject | undefined) => object?.metadata?.annotations?.[LAST_APPLIED];
  if (applied(before) !== applied(after))
    throw refusal(
      change,
      `The annotation ${LAST_APPLIED} belongs to kubectl apply, and agents do not write it. Leave it out.`,
    );
  if (hasForgedOwners(before, after))
    throw refusal(
      change,
      'metadata.managedFields is kept by the API server, and agents do not write it. Leave it out.',
    );
}

function refuseRemoval(change: Change, rules: WriteRules): void {
  if (change.access !== 'update' || rules.permits('delete')) return;
  const removals = removalsOf(change);
  if (removals.length > 0)
    throw refusal(
      change,
      `${removals.map(dangerText).join(' ')} So it needs the switch for deleting too, which only the user can turn on (mcpK8s.enableDelete in VS Code, --enable-delete of the server).`,
    );
}

async function refuseReach(
  change: Change,
  changes: readonly Change[],
  denied: readonly ApiResource[],
  connection: Connection,
  signal: AbortSignal,
): Promise<void> {
  const { reach, references, role, accounts } = newReach(change);
  const { namespace = connection.namespace } = change;
  const given = role ? await reachOfBinding(role, change, changes, connection, signal) : [];
  const held = await Promise.all(accounts.map((account) => reachOfAccount(account, namespace, connection, signal)));
  const found = [...reach, ...given, ...held.flat()];
  const reached =
    denied.find((resource) => found.some((one) => reaches(one, resource))) ??
    denied.find((resource) => references.some((reference) => refersTo(reference, resource)));
  if (!reached) return;
  const words = powersOf(change).map(dangerText).join(' ');
  throw refusal(
    change,
    `It would reach the kind ${resourceNameOf(reached)}, which is closed to agents here. ${words}`.trimEnd(),
  );
}

async function reachOfBinding(
  role: JsonObject,
  change: Change,
  changes: readonly Change[],
  connection: Connection,
  signal: AbortSignal,
): Promise<Reach[]> {
  const own = changes.find(({ kind, name, access }) => kind === role.kind && name === role.name && access !== 'delete');
  return own?.after ? reachOfRules(own.after.rules) : reachOfRole(role, change.namespace, connection, signal);
}

async function deniedKinds(rules: WriteRules, { discovery }: Connection): Promise<ApiResource[]> {
  const { resources } = await discovery.kinds();
  return resources.filter(
    ({ group, name, subresources }) =>
      rules.deniesKind(group, name) || subresources.some((one) => rules.deniesKind(group, name, one)),
  );
}

function reaches({ groups, resources }: Reach, { group, name }: ApiResource): boolean {
  const isNamed = (resource: string) => ['*', name].includes(resource.split('/')[0] ?? '');
  return (groups.includes('*') || groups.includes(group)) && resources.some(isNamed);
}

function refersTo({ plural, kind, group }: Reference, resource: ApiResource): boolean {
  if (plural !== undefined && plural !== resource.name) return false;
  if (kind !== undefined && kind !== resource.kind) return false;
  // A key says of what kind the object is, not of which group.
  return plural !== undefined || group === undefined || group === resource.group;
}
