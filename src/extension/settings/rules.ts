import type { Rules } from '../../kubernetes/policy.ts';
import type { AgreedSettings } from './setting-values.ts';

/** What the settings allow, as the policy knows it; the server is given the same as flags. */
export function rulesOf(settings: AgreedSettings): Rules {
  return {
    switches: {
      list: settings.enableList,
      create: settings.enableCreate,
      update: settings.enableUpdate,
      delete: settings.enableDelete,
      exec: settings.enableExec,
    },
    contexts: settings.allowedContexts,
    namespaces: settings.allowedNamespaces,
    protectedContexts: settings.protectedContexts,
    writeContexts: settings.writeContexts ?? [],
    deniedKinds: settings.deniedKinds,
    readOnlyKinds: settings.readOnlyKinds,
  };
}
