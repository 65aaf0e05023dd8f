import { enableCompileCache } from 'node:module';
import { setFlagsFromString } from 'node:v8';

// Before anything is loaded: both shorten the start, by compiled code from the last run and by fewer early collections.
setFlagsFromString('--min-semi-space-size=16');
enableCompileCache();

import('./stdio.ts').then(({ main }) => main(process.argv.slice(2)));
