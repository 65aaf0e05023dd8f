import { bindingText, type Grant } from './grants.ts';
import { type Action, allows, isBuiltIn, type Subject, subjectText } from './rbac.ts';

/** Somebody who may do something, and by which binding. */
export interface Holder {
  /** `User alice`. */
  subject: string;
  by: string;
  /** The only names that it may be done to; empty: all. */
  only: readonly string[];
  /** One of Kubernetes' own components, by a binding that Kubernetes made. */
  isComponent: boolean;
}

/** Everybody whom RBAC allows the action, those whom people named first; a group is one, whoever is in it. */
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

// A group of Kubernetes may have everybody in it: it is no component.
function isComponent({ kind, name, namespace }: { [key in keyof Subject]: Subject[key] | undefined }): boolean {
  return kind === 'ServiceAccount'
    ? namespace === 'kube-system'
    : kind === 'User' && (name ?? '').startsWith('system:');
}
