import { objectsAt } from '../apimachinery/fields.ts';

/** Kinds a write gives access to: groups and plural names, `*` for all. */
export interface Reach {
  groups: readonly string[];
  resources: readonly string[];
}

const RBAC = 'rbac.authorization.k8s.io';
/** All of the cluster. */
export const EVERYTHING: Reach = { groups: ['*'], resources: ['*'] };
/** Verbs that grant more than they name. */
const OTHERS_RIGHTS = ['impersonate', 'bind', 'escalate'];
/** What whoever runs something in a pod gets at: what pods read, and the tokens of the accounts that they run as. */
const IN_PODS: Reach = { groups: [''], resources: ['secrets', 'configmaps', 'serviceaccounts'] };
const WRITING = ['create', 'update', 'patch', '*'];
/** Rights by which one gets at more than they name, in the words of rules, and what is reached. */
const STEPS: readonly { group: string; resources: readonly string[]; verbs: readonly string[]; reach: Reach }[] = [
  { group: '', resources: ['serviceaccounts/token'], verbs: ['create', '*'], reach: EVERYTHING },
  { group: '', resources: ['nodes/proxy'], verbs: ['get', 'create', '*'], reach: EVERYTHING },
  // All verbs include impersonate, bind and escalate.
  { group: '', resources: ['users', 'groups', 'serviceaccounts'], verbs: ['*'], reach: EVERYTHING },
  { group: 'authentication.k8s.io', resources: ['users', 'uids', 'userextras'], verbs: ['*'], reach: EVERYTHING },
  { group: RBAC, resources: ['roles', 'clusterroles'], verbs: ['*'], reach: EVERYTHING },
  {
    group: 'certificates.k8s.io',
    resources: ['certificatesigningrequests/approval', 'certificatesigningrequests/status'],
    verbs: ['update', 'patch', '*'],
    reach: EVERYTHING,
  },
  { group: 'certificates.k8s.io', resources: ['signers'], verbs: ['approve', 'sign', '*'], reach: EVERYTHING },
  {
    group: '',
    resources: ['pods/exec', 'pods/attach', 'pods/ephemeralcontainers'],
    verbs: ['get', ...WRITING],
    reach: IN_PODS,
  },
  { group: '', resources: ['pods', 'replicationcontrollers', 'podtemplates'], verbs: WRITING, reach: IN_PODS },
  {
    group: 'apps',
    resources: ['deployments', 'replicasets', 'statefulsets', 'daemonsets'],
    verbs: WRITING,
    reach: IN_PODS,
  },
  { group: 'batch', resources: ['jobs', 'cronjobs'], verbs: WRITING, reach: IN_PODS },
];

/** What the rules of a role reach. */
export function reachOfRules(rules: unknown): Reach[] {
  return objectsAt(rules).flatMap((rule) => {
    const verbs = texts(rule.verbs);
    const resources = texts(rule.resources);
    if (resources.length === 0) return [];
    // Impersonating others, or granting rights one lacks, reaches everything.
    if (verbs.some((verb) => OTHERS_RIGHTS.includes(verb))) return [EVERYTHING];
    const groups = texts(rule.apiGroups);
    const steps = STEPS.filter(
      ({ group, resources: of }) =>
        (groups.includes(group) || groups.includes('*')) && of.some((one) => names(resources, one)),
    );
    const further = steps.filter((step) => step.verbs.some((verb) => verbs.includes(verb)));
    return [{ groups, resources }, ...further.map(({ reach }) => reach)];
  });
}

/** Do the resources of a rule, in which `*` means all, name this one? */
function names(resources: readonly string[], one: string): boolean {
  const [plural, part] = one.split('/');
  return [one, '*', ...(part === undefined ? [] : [`${plural}/*`, `*/${part}`])].some((name) =>
    resources.includes(name),
  );
}

/** The members of a list, as texts. */
export function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}
