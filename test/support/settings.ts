import type { Settings } from '../../src/extension/settings/setting-values.ts';

/** The settings of somebody who has set none. */
export const DEFAULT_SETTINGS: Settings = {
  kubeconfig: [],
  context: undefined,
  namespace: undefined,
  enableList: true,
  enableCreate: false,
  enableUpdate: false,
  enableDelete: false,
  enableExec: false,
  allowedContexts: [],
  allowedNamespaces: [],
  protectedContexts: [],
  deniedKinds: [],
  readOnlyKinds: [],
  reviewWrites: true,
  openResults: 'preview',
};
