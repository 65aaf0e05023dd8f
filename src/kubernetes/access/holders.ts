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
      const isAccount = subject.kind === 'ServiceAccount';
      const named = isAccount
        ? { ...subject, namespace: subject.namespace || namespace }
        : { ...subject, namespace: undefined };
      return {
        subject: subjectText(withoutNothing(named)),
        by: bindingText(binding),
        only,
        isComponent: isBuiltIn(binding) && isComponent(named),
      };
    });
  });
  return holders.sort((a, b) => Number(a.isComponent) - Number(b.isComponent));
}

function withoutNothing({ kind, name, namespace }: { [key in keyof Subject]: Subject[key] | undefined }): Subject {
  return { kind: kind ?? '', name: name ?? '', ...(namespace ? { namespace } : {}) };
}

// A built-in group may contain everyone, so it is not a component.
function isComponent({ kind, name, namespace }: { [key in keyof Subject]: Subject[key] | undefined }): boolean {
  return kind === 'ServiceAccount'
    ? namespace === 'kube-system'
    : kind === 'User' && (name ?? '').startsWith('system:');
}
