import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { build, context, transform } from 'esbuild';
import { thirdPartyNotices } from './scripts/third-party-notices.ts';

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
  metafile: production,
  // Undici as Node itself is built with it: without the second parser of HTTP/1.1, which is an experiment that is off.
  define: { esbuildDetection: 'true' },
};

/**
 * Puts `contents` in the place of a module that dependencies load whole and use little of.
 * @returns {import('esbuild').Plugin}
 */
function standIn(name, filter, contents) {
  return {
    name,
    setup({ onResolve, onLoad }) {
      onResolve({ filter }, ({ path, namespace }) => (namespace === name ? undefined : { path, namespace: name }));
      onLoad({ filter: /.*/, namespace: name }, () => ({ contents, resolveDir: import.meta.dirname }));
    },
  };
}

const standIns = [
  // Of client-node only the credentials are used, not its thousand generated classes.
  standIn(
    'generated-api',
    /^\.\/gen\/index\.js$/,
    'export class ServerConfiguration {}\nexport function createConfiguration() {}',
  ),
  // Credential plugins are run here; what else client-node would start a shell for, kubectl has removed.
  standIn(
    'removed-logins',
    /^\.\/(azure|gcp|exec)_auth\.js$/,
    `class Removed { isAuthProvider() { return false; } }
     export { Removed as AzureAuth, Removed as GoogleCloudPlatformAuth, Removed as ExecAuth };`,
  ),
  // It is given kubeconfigs as JSON only.
  standIn('json-kubeconfig', /^js-yaml$/, 'export const load = JSON.parse;'),
  // The SDK's schema validator checks answers to elicitations only, which review.ts does itself, and costs as much start-up
  // time as the rest of the SDK.
  standIn(
    'validator',
    /\/ajv-provider\.js$/,
    `export class AjvJsonSchemaValidator {
       getValidator() { return (data) => ({ valid: true, data, errorMessage: undefined }); }
     }`,
  ),
  // The SDK's SSE transport would read bodies with it, but gets them read already; it holds all character sets of the world.
  standIn('raw-body', /^raw-body$/, 'export default function getRawBody() { throw new Error("no body to read"); }'),
  // Undici's index also loads fetch, WebSocket, caches and mocks, which would be half of the bundle.
  standIn(
    'undici-client',
    /^undici$/,
    `import api from 'undici/lib/api/index.js';
     import Dispatcher from 'undici/lib/dispatcher/dispatcher.js';
     Object.assign(Dispatcher.prototype, api);
     export { default as Agent } from 'undici/lib/dispatcher/agent.js';
     export { default as Pool } from 'undici/lib/dispatcher/pool.js';
     export { default as ProxyAgent } from 'undici/lib/dispatcher/proxy-agent.js';
     export { default as buildConnector } from 'undici/lib/core/connect.js';
     export { default as errors } from 'undici/lib/core/errors.js';`,
  ),
];

/**
 * Leaves out the SDK's schemas that nothing uses, a third of them: esbuild has to be told that making one does nothing else.
 * @type {import('esbuild').Plugin}
 */
const usedSchemas = {
  name: 'used-schemas',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]sdk[\\/]dist[\\/]esm[\\/]types\.js$/ }, ({ path }) => ({
      contents: readFileSync(path, 'utf8').replace(/\b(?:z|\w+Schema)\s*\.\w+\(/g, '/* @__PURE__ */ $&'),
      resolveDir: dirname(path),
    }));
  },
};

/**
 * Names what packages in CommonJS export: in a part of its own, a lazily imported one would have a default export only.
 * @type {import('esbuild').Plugin}
 */
const commonJsExports = {
  name: 'commonjs-exports',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^(yaml|vscode-jsonrpc\/node)$/ }, ({ path, kind }) =>
      kind === 'dynamic-import' ? { path, namespace: 'commonjs-exports' } : undefined,
    );
    onLoad({ filter: /.*/, namespace: 'commonjs-exports' }, async ({ path }) => {
      const names = Object.keys(await import(path)).filter((name) => name !== 'default' && name !== 'module.exports');
      return { contents: `export { ${names.join(', ')} } from '${path}';`, resolveDir: import.meta.dirname };
    });
  },
};

/**
 * Puts what is imported lazily into files of its own, so that activation parses only what it runs. Esbuild splits ES modules
 * only: each part is made CommonJS, which every editor can load, afterwards.
 * @type {import('esbuild').Plugin}
 */
const commonJsParts = {
  name: 'commonjs-parts',
  setup({ onEnd }) {
    onEnd(async ({ outputFiles = [] }) => {
      rmSync('dist/parts', { recursive: true, force: true });
      mkdirSync('dist/parts', { recursive: true });
      for (const { path, text } of outputFiles) {
        const options = { platform: 'node', target: 'node22' };
        const { code } = await transform(text, {
          ...{ ...options, format: 'cjs', sourcemap: production ? false : 'inline' },
          supported: { 'dynamic-import': false },
        });
        // Copying the hundreds of names of VS Code's API for each file that imports it would be most of the activation.
        const direct = code.replaceAll('__toESM(require("vscode"))', 'require("vscode")');
        writeFileSync(path, production ? (await transform(direct, { ...options, minify: true })).code : direct);
      }
    });
  },
};

/**
 * Puts the code of the worker thread into the bundles as a text, so that each of them starts it without a file beside it.
 * @type {import('esbuild').Plugin}
 */
const workerCode = {
  name: 'worker-code',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]worker-source\.ts$/ }, async ({ path }) => {
      const entry = path.replace('worker-source', 'worker');
      const options = { ...shared, sourcemap: false, metafile: true, write: false };
      const { outputFiles, metafile } = await build({ ...options, entryPoints: [entry] });
      return {
        contents: `export const workerSource = ${JSON.stringify(outputFiles[0].text)};`,
        watchFiles: Object.keys(metafile.inputs),
      };
    });
  },
};

/** @type {import('esbuild').BuildOptions[]} */
const bundles = [
  {
    ...shared,
    entryPoints: ['src/extension/extension.ts'],
    outdir: 'dist',
    outExtension: { '.js': '.cjs' },
    format: 'esm',
    splitting: true,
    chunkNames: 'parts/[name]-[hash]',
    sourcemap: production ? false : 'inline',
    write: false,
    external: ['vscode'],
    plugins: [...standIns, workerCode, commonJsExports, commonJsParts],
  },
  {
    ...shared,
    entryPoints: ['src/server/main.ts'],
    outfile: 'dist/server.cjs',
    // For npx, which starts it as a program.
    banner: { js: '#!/usr/bin/env node' },
    define: { ...shared.define, 'process.env.MCP_K8S_VERSION': JSON.stringify(version) },
    plugins: [...standIns, workerCode, usedSchemas],
  },
];

if (watch) {
  await Promise.all(bundles.map(async (bundle) => (await context(bundle)).watch()));
} else {
  const results = await Promise.all(bundles.map((bundle) => build(bundle)));
  if (production)
    writeFileSync('dist/THIRD-PARTY-NOTICES.txt', thirdPartyNotices(results.map(({ metafile }) => metafile)));
}
