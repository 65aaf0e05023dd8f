import { enableCompileCache } from 'node:module';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { limitedLaunch } from './heap-limit.ts';

const { XDG_CACHE_HOME: given = '', NODE_OPTIONS: options } = process.env;

const { platform, argv, execArgv } = process;
const limited = limitedLaunch({ platform, argv, execArgv, options });
// In place of this process, so whoever started it notices nothing.
if (limited) process.execve?.(process.execPath, limited, process.env);

const caches = isAbsolute(given) ? given : join(homedir(), '.cache');

// In a folder of the user's: whoever can write there decides what runs. If it cannot be created, the start is slower.
enableCompileCache(join(caches, 'mcp-k8s', 'compiled'));
// Its setting applies to schemas made later.
void import('./jitless.ts').then(() => import('./main.ts'));
