import { parseSettings } from '../../src/extension/settings/setting-values.ts';
import type { Settings } from '../../src/settings.ts';

/** The settings of somebody who has set none. */
export const DEFAULT_SETTINGS: Settings = parseSettings({}, true, { home: '/home/ada', folder: undefined, env: {} });
