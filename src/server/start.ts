import { join } from 'node:path';
import { userFolder } from '../kubernetes/apimachinery/user-folders.ts';
import { limitedLaunch, limitOldSpace } from './launch/heap-limit.ts';
import { keepCompiledCode } from './launch/kept-code.ts';

const { NODE_OPTIONS: options, NODE_COMPILE_CACHE: told, NODE_DISABLE_COMPILE_CACHE: isOff } = process.env;

const { platform, argv, execArgv } = process;
const limited = limitedLaunch({ platform, argv, execArgv, options });
// In place of this process, so whoever started it notices nothing.
if (limited) process.execve?.(process.execPath, limited, process.env);
limitOldSpace(execArgv);

// As with Node's own cache.
if (!isOff) keepCompiledCode(join(__dirname, 'server'), told || join(userFolder('cache'), 'compiled'));
void import('./main.ts');
