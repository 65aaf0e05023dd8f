import { enableCompileCache } from 'node:module';
import { join } from 'node:path';
import { userFolder } from '../kubernetes/apimachinery/user-folders.ts';
import { limitedLaunch } from './heap-limit.ts';

const { NODE_OPTIONS: options } = process.env;

const { platform, argv, execArgv } = process;
const limited = limitedLaunch({ platform, argv, execArgv, options });
// In place of this process, so whoever started it notices nothing.
if (limited) process.execve?.(process.execPath, limited, process.env);

// In a folder of the user's: whoever can write there decides what runs. If it cannot be created, the start is slower.
enableCompileCache(join(userFolder('cache'), 'compiled'));
// Its setting applies to schemas made later.
void import('./jitless.ts').then(() => import('./main.ts'));
