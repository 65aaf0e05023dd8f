import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { limitedLaunch } from './launch/heap-limit.ts';
import { keepCompiledCode } from './launch/kept-code.ts';

const {
  XDG_CACHE_HOME: given = '',
  NODE_OPTIONS: options,
  NODE_COMPILE_CACHE: told,
  NODE_DISABLE_COMPILE_CACHE: isOff,
} = process.env;

const { platform, argv, execArgv } = process;
const limited = limitedLaunch({ platform, argv, execArgv, options });
// In place of this process, so whoever started it notices nothing.
if (limited) process.execve?.(process.execPath, limited, process.env);

const caches = isAbsolute(given) ? given : join(homedir(), '.cache');

// As with Node's own cache.
if (!isOff) keepCompiledCode(join(__dirname, 'server'), told || join(caches, 'mcp-k8s', 'compiled'));
void import('./main.ts');
