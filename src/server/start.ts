import { enableCompileCache } from 'node:module';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';

const { XDG_CACHE_HOME: given = '' } = process.env;
const caches = isAbsolute(given) ? given : join(homedir(), '.cache');

// In a folder of the user's: whoever can write there decides what runs. If it cannot be created, the start is slower.
enableCompileCache(join(caches, 'mcp-k8s', 'compiled'));
// Its setting applies to schemas made later.
void import('./jitless.ts').then(() => import('./main.ts'));
