// For test/bench/peer.ts, until it uses installPackage of support/npm.ts.
import { mkdir } from 'node:fs/promises';
import { makeOnce } from '../../support/cache.ts';

export { cacheFolder } from '../../support/cache.ts';

export function installOnce(folder: string, fill: (temporary: string) => Promise<void>): Promise<void> {
  return makeOnce(folder, async (temporary) => {
    await mkdir(temporary);
    await fill(temporary);
  });
}
