import { readFileSync } from 'node:fs';
import { build, context } from 'esbuild';

const watch = process.argv.includes('--watch');
const production = process.argv.includes('--production');
const { version } = JSON.parse(readFileSync(new URL('package.json', import.meta.url), 'utf8'));

/** @type {import('esbuild').BuildOptions} */
const shared = {
  bundle: true,
  platform: 'node',
  target: 'node22',
  format: 'cjs',
  minify: production,
  sourcemap: production ? false : 'linked',
  logLevel: 'warning',
};

/** Of client-node only its credentials are used; its thousand generated API classes stay out. */
const withoutGeneratedApi = {
  name: 'without-generated-api',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /\/gen\/index\.js$/ }, ({ importer, path }) =>
      importer.includes('@kubernetes/client-node') ? { path, namespace: 'generated-api' } : undefined,
    );
    onLoad({ filter: /.*/, namespace: 'generated-api' }, () => ({
      contents: 'export class ServerConfiguration {}\nexport function createConfiguration() {}\n',
    }));
  },
};

/** The SDK's schema validator serves elicitation only, and would double the time that the server needs to start. */
const withoutValidator = {
  name: 'without-validator',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /\/ajv-provider\.js$/ }, ({ path }) => ({ path, namespace: 'validator' }));
    onLoad({ filter: /.*/, namespace: 'validator' }, () => ({ contents: 'export class AjvJsonSchemaValidator {}\n' }));
  },
};

/** @type {import('esbuild').BuildOptions[]} */
const bundles = [
  {
    ...shared,
    entryPoints: ['src/extension/extension.ts'],
    outfile: 'dist/extension.cjs',
    external: ['vscode'],
    plugins: [withoutGeneratedApi],
  },
  {
    ...shared,
    entryPoints: ['src/server/main.ts'],
    outfile: 'dist/server.cjs',
    define: { 'process.env.MCP_K8S_VERSION': JSON.stringify(version) },
    plugins: [withoutGeneratedApi, withoutValidator],
  },
];

if (watch) {
  await Promise.all(bundles.map(async (bundle) => (await context(bundle)).watch()));
} else {
  await Promise.all(bundles.map((bundle) => build(bundle)));
}
