import { HELM_OPERATIONS, type HelmOperation } from '../../kubernetes/apimachinery/helm-operations.ts';
import type { Rules } from '../../kubernetes/policy.ts';
import { type AgreedSettings, helmSwitch } from './setting-values.ts';

/** What the settings allow, as the policy knows it; the server is given the same as flags. */
export function rulesOf(settings: AgreedSettings): Rules {
  return {
    switches: {
      list: settings.enableList,
      create: settings.enableCreate,
      update: settings.enableUpdate,
      delete: settings.enableDelete,
      exec: settings.enableExec,
      ...(Object.fromEntries(
        HELM_OPERATIONS.map((operation) => [operation, settings[helmSwitch(operation)]]),
      ) as Record<HelmOperation, boolean>),
    },
    contexts: settings.allowedContexts,
    namespaces: settings.allowedNamespaces,
    protectedContexts: settings.protectedContexts,
    writeContexts: settings.writeContexts ?? [],
    deniedKinds: settings.deniedKinds,
    readOnlyKinds: settings.readOnlyKinds,
    toolsets: settings.toolsets,
  };
}
