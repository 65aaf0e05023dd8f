import { parseSettings } from '../../src/extension/settings/setting-values.ts';
import type { Settings } from '../../src/settings.ts';

/** The default settings. */
export const DEFAULT_SETTINGS: Settings = parseSettings({}, true, { home: '/home/ada', folder: undefined, env: {} });
