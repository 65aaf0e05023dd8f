import { type Binding, isBuiltIn, type Role } from '../../access/rbac.ts';
import { kinds } from '../../apimachinery/well-known-kinds.ts';
import type { Report } from '../facts/finding.ts';
import { risk, someOf } from '../facts/finding.ts';
import { members } from '../facts/lookup.ts';
import { say } from '../facts/message.ts';
import { ruleLines, unservedFindings } from '../facts/permissions.ts';
import { rule } from '../facts/rule.ts';

/** A Role or ClusterRole: what it allows, whether that exists, and who has it. */
export const roleRule = rule<Role>(
  [kinds.roleBindings, kinds.clusterRoleBindings],
  async (role, lookup): Promise<Report> => {
    const { rules, metadata, aggregationRule } = role;
    const namespace = metadata?.namespace;
    const lists = await Promise.all([
      lookup.list<Binding>(kinds.roleBindings, namespace),
      namespace ? [] : lookup.list<Binding>(kinds.clusterRoleBindings, undefined),
    ]);
    const kind = namespace ? 'Role' : 'ClusterRole';
    const givenBy = lists
      .flatMap((list) => members<Binding>(list))
      .filter(({ roleRef }) => roleRef?.kind === kind && roleRef.name === metadata?.name)
      .map(
        (binding) => `${binding.metadata?.namespace ? `${binding.metadata.namespace}/` : ''}${binding.metadata?.name}`,
      );
    const findings = isBuiltIn(role) ? [] : await unservedFindings(rules ?? [], lookup);
    if ((rules ?? []).length === 0) {
      findings.push(
        risk(
          aggregationRule
            ? say`no ClusterRole has the labels that it aggregates: it allows nothing`
            : say`it has no rules: it allows nothing`,
        ),
      );
    }
    const unknown = lists.includes('unknown');
    const bindings =
      givenBy.length > 0 ? `given by ${someOf(givenBy)}` : unknown ? 'bindings unknown' : 'given to nobody';
    return { summary: bindings, findings, children: [{ title: 'It allows', lines: ruleLines(rules ?? []) }] };
  },
);
