import { HELM_OPERATIONS } from '../../kubernetes/apimachinery/helm-operations.ts';
import { type HelmSwitch, helmSwitch, type Settings } from './setting-values.ts';

/** Do the settings with a workspace's value allow more than the user's own? */
type Widens = (user: Settings, asked: Settings) => boolean;

/** What widening is, of each setting. What does not widen counts at once; what does has to wait for the user's answer. */
const WIDENS: Record<keyof Settings, Widens> = {
  // The file itself is asked about, whatever names it.
  kubeconfig: () => false,
  context: (user, asked) =>
    asked.context !== user.context && !(asked.context !== undefined && covers(user.allowedContexts, asked.context)),
  // Which namespace is meant when none is named; which may be used is not its business.
  namespace: (user, asked) =>
    user.namespace !== undefined &&
    asked.namespace !== user.namespace &&
    !(asked.namespace !== undefined && user.allowedNamespaces.includes(asked.namespace)),
  enableList: turnsOn('enableList'),
  enableCreate: turnsOn('enableCreate'),
  enableUpdate: turnsOn('enableUpdate'),
  enableDelete: turnsOn('enableDelete'),
  enableExec: turnsOn('enableExec'),
  allowedContexts: (user, asked) => asked.allowedContexts.some((pattern) => !covers(user.allowedContexts, pattern)),
  allowedNamespaces: ({ allowedNamespaces: own }, { allowedNamespaces: asked }) =>
    own.length > 0 && (asked.length === 0 || asked.some((name) => !own.includes(name))),
  protectedContexts: leavesOut('protectedContexts'),
  deniedKinds: leavesOut('deniedKinds'),
  readOnlyKinds: leavesOut('readOnlyKinds'),
  reviewWrites: (user, asked) => user.reviewWrites && !asked.reviewWrites,
  // It only says what the editor shows by itself.
  openResults: () => false,
  toolsets: (user, asked) => asked.toolsets.some((name) => !user.toolsets.includes(name)),
  // A program that a workspace names would be run: VS Code lets none say so, and here it is asked about.
  'helm.path': (user, asked) => asked['helm.path'] !== user['helm.path'],
  ...(Object.fromEntries(HELM_OPERATIONS.map((one) => [helmSwitch(one), turnsOn(helmSwitch(one))])) as Record<
    HelmSwitch,
    Widens
  >),
};

/** Does the workspace's value of a setting allow more than the user's own? */
export function widens(name: keyof Settings, user: Settings, asked: Settings): boolean {
  return WIDENS[name](user, asked);
}

/** The user's own settings, and of the workspace's what narrows them or `isAgreed`. */
export function agreedSettings(
  user: Settings,
  asked: Settings,
  brought: readonly (keyof Settings)[],
  isAgreed: (name: keyof Settings) => boolean,
): Settings {
  const counted = brought.filter((name) => !widens(name, user, asked) || isAgreed(name));
  return { ...user, ...Object.fromEntries(counted.map((name) => [name, asked[name]])) };
}

function turnsOn(
  name: 'enableList' | 'enableCreate' | 'enableUpdate' | 'enableDelete' | 'enableExec' | HelmSwitch,
): Widens {
  return (user, asked) => asked[name] && !user[name];
}

function leavesOut(name: 'protectedContexts' | 'deniedKinds' | 'readOnlyKinds'): Widens {
  return (user, asked) => user[name].some((pattern) => !asked[name].includes(pattern));
}

/** Is everything that matches `pattern` matched by one of `patterns`? A star is matched by a star only. */
function covers(patterns: readonly string[], pattern: string): boolean {
  return patterns.some((one) => {
    const escaped = one.split('*').map((part) => part.replace(/[\\^$.|?+()[\]{}]/g, '\\$&'));
    return new RegExp(`^${escaped.join('.*')}$`, 'i').test(pattern);
  });
}
