import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** Bundles every `*.test.ts` under `folder` for the extension host; returns the path for VS Code. */
export async function bundleSuite(folder: string, outdir: string): Promise<string> {
  const tests = (await readdir(folder, { recursive: true })).filter((file) => file.endsWith('.test.ts'));
  if (tests.length === 0) throw new Error(`No *.test.ts in ${folder}`);
  // A deleted test must not run from an old bundle.
  await rm(outdir, { recursive: true, force: true });
  await build({
    entryPoints: [
      { in: fileURLToPath(new URL('suite.ts', import.meta.url)), out: 'suite' },
      ...tests.map((test) => ({ in: path.join(folder, test), out: test.replace(/\.ts$/, '') })),
    ],
    outdir,
    outExtension: { '.js': '.cjs' },
    bundle: true,
    platform: 'node',
    target: 'node22',
    format: 'cjs',
    sourcemap: 'inline',
    external: ['vscode', 'mocha'],
    logLevel: 'warning',
  });
  return path.resolve(outdir, 'suite.cjs');
}
