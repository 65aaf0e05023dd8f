import { type Binding, isBuiltIn, type PolicyRule, type Role, type Subject, subjectText } from '../../access/rbac.ts';
import { nearest } from '../../apimachinery/nearest.ts';
import { kinds } from '../../apimachinery/well-known-kinds.ts';
import { cause, type Finding, nearestText, type Report, risk, someOf } from '../facts/finding.ts';
import { type Lookup, members, namesOf, present } from '../facts/lookup.ts';
import { say } from '../facts/message.ts';
import { ruleLines } from '../facts/permissions.ts';
import { rule } from '../facts/rule.ts';

/** A RoleBinding or ClusterRoleBinding: who may do what. */
export const bindingRule = rule<Binding>(
  [kinds.roles, kinds.clusterRoles, kinds.serviceAccounts],
  async (binding, lookup): Promise<Report> => {
    const { roleRef, subjects, metadata } = binding;
    const [role, missing] = await Promise.all([
      roleOf(binding, lookup),
      isBuiltIn(binding)
        ? []
        : Promise.all((subjects ?? []).map((subject) => subjectFinding(subject, metadata?.namespace, lookup))),
    ]);
    const findings: Finding[] = [...(await roleFindings(binding, role, lookup)), ...missing.flat()];
    if (!subjects?.length) findings.push(risk(say`it has no subjects: it gives nobody anything`));
    const where = metadata?.namespace ? `in namespace ${metadata.namespace}` : 'in the whole cluster';
    const others = (subjects ?? []).filter(({ kind }) => kind !== 'ServiceAccount').length;
    return {
      summary: `${someOf((subjects ?? []).map(subjectText), 5) || 'nobody'} may do what ${roleRef?.kind} ${roleRef?.name} says ${where}${others > 0 ? '; whether users and groups exist no cluster knows' : ''}`,
      findings,
      children: [{ title: 'It may', lines: ruleLines(rulesOf(role)) }],
    };
  },
);

/** The role of a binding; a RoleBinding may refer to a Role or a ClusterRole. */
export function roleOf({ roleRef, metadata }: Binding, lookup: Lookup): ReturnType<typeof lookup.get<Role>> {
  return roleRef?.kind === 'ClusterRole'
    ? lookup.get<Role>(kinds.clusterRoles, undefined, roleRef.name ?? '')
    : lookup.get<Role>(kinds.roles, metadata?.namespace, roleRef?.name ?? '');
}

function rulesOf(role: Role | 'absent' | 'unknown'): readonly PolicyRule[] {
  return present(role)?.rules ?? [];
}

async function roleFindings(
  { roleRef, metadata }: Binding,
  role: Role | 'absent' | 'unknown',
  lookup: Lookup,
): Promise<Finding[]> {
  const { kind = '', name = '' } = roleRef ?? {};
  if (role !== 'absent') {
    return role !== 'unknown' && rulesOf(role).length === 0
      ? [risk(say`the ${kind} "${name}" that it gives allows nothing: it has no rules`)]
      : [];
  }
  const isCluster = kind === 'ClusterRole';
  const place = isCluster ? '' : say` in namespace ${metadata?.namespace}`;
  const names = namesOf(
    members(
      isCluster
        ? await lookup.names(kinds.clusterRoles, undefined)
        : await lookup.names(kinds.roles, metadata?.namespace),
    ),
  );
  const advice = nearestText(nearest(name, names, 3));
  return [cause(say`the ${kind} "${name}" that it gives does not exist${place}, so it allows nothing${advice}`)];
}

async function subjectFinding(
  { kind, name = '', namespace }: Subject,
  own: string | undefined,
  lookup: Lookup,
): Promise<Finding[]> {
  if (kind !== 'ServiceAccount') return [];
  const place = namespace || own;
  if (!place) return [cause(say`its subject ServiceAccount ${name} names no namespace, so it is nobody`)];
  if ((await lookup.get(kinds.serviceAccounts, place, name)) !== 'absent') return [];
  const advice = nearestText(nearest(name, namesOf(members(await lookup.names(kinds.serviceAccounts, place))), 3));
  return [cause(say`its subject ServiceAccount "${name}" does not exist in namespace ${place}${advice}`)];
}
