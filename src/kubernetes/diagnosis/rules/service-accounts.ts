import { type Binding, isSubject, serviceAccount } from '../../access/rbac.ts';
import { textAt } from '../../apimachinery/fields.ts';
import { isObject, type KubernetesObject } from '../../apimachinery/objects.ts';
import { counted } from '../../apimachinery/texts.ts';
import { kinds } from '../../apimachinery/well-known-kinds.ts';
import { cause, type Finding, type Report, risk, someOf } from '../facts/finding.ts';
import { type Lookup, members, present } from '../facts/lookup.ts';
import { say } from '../facts/message.ts';
import { ruleLines } from '../facts/permissions.ts';
import { rule } from '../facts/rule.ts';
import type { Pod } from '../facts/types.ts';
import { roleOf } from './bindings.ts';

const MAX_BINDINGS = 8;

interface Account extends KubernetesObject {
  imagePullSecrets?: unknown[];
}

/** A ServiceAccount: what it may do, by which bindings, and who uses it. */
export const serviceAccountRule = rule<Account>(
  [kinds.roleBindings, kinds.clusterRoleBindings, kinds.roles, kinds.clusterRoles],
  async (account, lookup): Promise<Report> => {
    const { name = '', namespace = '' } = account.metadata ?? {};
    const [everywhere, ofCluster, pods, secrets] = await Promise.all([
      lookup.list<Binding>(kinds.roleBindings, undefined),
      lookup.list<Binding>(kinds.clusterRoleBindings, undefined),
      lookup.list<Pod>(kinds.pods, namespace),
      pullSecretFindings(account, lookup),
    ]);
    // A user who may not read the bindings of all namespaces often may read those of this one.
    const inNamespaces =
      everywhere === 'unknown' ? await lookup.list<Binding>(kinds.roleBindings, namespace) : everywhere;
    // Permissions of all ServiceAccounts say nothing about this one.
    const own = { ...serviceAccount(namespace, name), groups: [`system:serviceaccounts:${namespace}`] };
    const bindings = [...members(inNamespaces), ...members(ofCluster)].filter((binding) => isSubject(binding, own));
    const lines = await Promise.all(bindings.slice(0, MAX_BINDINGS).map((binding) => bindingLines(binding, lookup)));
    const findings = [...secrets, ...lines.flatMap(({ finding }) => finding ?? [])];
    const users = members(pods).filter(({ spec }) => (spec?.serviceAccountName ?? 'default') === name);
    const unknown = inNamespaces === 'unknown' || ofCluster === 'unknown';
    const rights =
      bindings.length > 0
        ? `has ${counted(bindings.length, 'binding')}`
        : unknown
          ? 'bindings unknown'
          : 'has no binding of its own';
    const rest = bindings.length - MAX_BINDINGS;
    return {
      summary: `${rights}, used by ${pods === 'unknown' ? 'unknown pods' : lookup.count(pods) === String(pods.length) ? counted(users.length, 'pod') : `${users.length} or more pods`}`,
      findings,
      children: [
        {
          title: 'It may (beside what every ServiceAccount may)',
          lines: [...lines.flatMap(({ text }) => text), ...(rest > 0 ? [`and by ${rest} more bindings`] : [])],
        },
      ],
    };
  },
);

async function bindingLines(binding: Binding, lookup: Lookup): Promise<{ text: string[]; finding?: Finding }> {
  const { roleRef, metadata } = binding;
  const role = await roleOf(binding, lookup);
  const by = `${metadata?.namespace ? 'RoleBinding' : 'ClusterRoleBinding'} ${metadata?.name}`;
  const where = metadata?.namespace ? `in namespace ${metadata.namespace}` : 'everywhere';
  if (role === 'absent') {
    const text = say`${by} gives it ${roleRef?.kind} "${roleRef?.name}", which does not exist`;
    return { text: [], finding: cause(text) };
  }
  const rules = present(role)?.rules ?? [];
  const allowed =
    role === 'unknown' ? 'what it allows could not be read' : String(someOf(ruleLines(rules), 3)).replaceAll('\n', ' ');
  return { text: [`${where} by ${by}, ${roleRef?.kind} ${roleRef?.name}: ${allowed || 'nothing'}`] };
}

async function pullSecretFindings({ imagePullSecrets = [], metadata }: Account, lookup: Lookup): Promise<Finding[]> {
  const names = imagePullSecrets.filter(isObject).flatMap((secret) => textAt(secret, 'name') ?? []);
  const found = await Promise.all(names.map((name) => lookup.get(kinds.secrets, metadata?.namespace, name)));
  return names.flatMap((name, index) =>
    found[index] === 'absent' ? [risk(say`its image pull Secret "${name}" does not exist: pods pull without it`)] : [],
  );
}
