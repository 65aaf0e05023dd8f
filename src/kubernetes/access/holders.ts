import { bindingText, type Grant } from './grants.ts';
import { type Action, allows, isBuiltIn, type Subject, subjectText } from './rbac.ts';

/** A subject that may do something, and the binding that allows it. */
export interface Holder {
  /** `User alice`. */
  subject: string;
  by: string;
  /** The only object names it applies to; empty: all. */
  only: readonly string[];
  /** A component of Kubernetes, bound by Kubernetes itself. */
  isComponent: boolean;
}

/** Everyone RBAC allows the action, user-defined subjects first; a group counts as one. */
export function holdersOf(grants: readonly Grant[], action: Action): Holder[] {
  const holders = grants.flatMap(({ binding, rules }) => {
    const allowed = rules.map((rule) => allows(rule, action)).filter((answer) => answer !== false);
    if (allowed.length === 0) return [];
    const only = allowed.includes(true) ? [] : [...new Set(allowed.flatMap((names) => (names === true ? [] : names)))];
    const { namespace } = binding.metadata ?? {};
    return (binding.subjects ?? []).map((subject) => {
      const named: Subject = {
        ...subject,
        namespace: subject.kind === 'ServiceAccount' ? subject.namespace || namespace : undefined,
      };
      return {
        subject: subjectText(named),
        by: bindingText(binding),
        only,
        isComponent: isBuiltIn(binding) && isComponent(named),
      };
    });
  });
  return holders.sort((a, b) => Number(a.isComponent) - Number(b.isComponent));
}

// A built-in group may contain everyone, so it is not a component.
function isComponent({ kind, name, namespace }: Subject): boolean {
  return kind === 'ServiceAccount'
    ? namespace === 'kube-system'
    : kind === 'User' && (name ?? '').startsWith('system:');
}
