import { enableCompileCache } from 'node:module';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';

const { XDG_CACHE_HOME: given = '' } = process.env;
const caches = isAbsolute(given) ? given : join(homedir(), '.cache');

// In a folder of the user, since whoever can write there decides what runs. Where it cannot be made the start is slower.
enableCompileCache(join(caches, 'mcp-k8s', 'compiled'));
// What is set there holds for schemas that are made later.
void import('./jitless.ts').then(() => import('./main.ts'));
