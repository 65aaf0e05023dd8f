import { readFileSync, writeFileSync } from 'node:fs';
import { build, context } from 'esbuild';
import { billOfMaterials } from './scripts/bill-of-materials.ts';
import { bundledPackages } from './scripts/bundled-packages.ts';
import { recordedHandshakes } from './scripts/handshakes.ts';
import { laterSchemas } from './scripts/later-schemas.ts';
import { inParts } from './scripts/parts.ts';
import { standIns } from './scripts/stand-ins.ts';
import { thirdPartyNotices } from './scripts/third-party-notices.ts';
import { toolList, toolSources } from './scripts/tool-list.ts';

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
  logLevel: 'warning',
  // Parts are named after the paths of their content: the same wherever the packages really are.
  preserveSymlinks: true,
  metafile: production,
  // As in Node's own build of undici: no second HTTP/1.1 parser (an experiment that is off), 166 kB less.
  define: { esbuildDetection: 'true' },
};

/**
 * Embeds the worker thread's code in the bundles as text, so that each can start it without a separate file. It is in a
 * part that only the first long text loads.
 * @type {import('esbuild').Plugin}
 */
const workerCode = {
  name: 'worker-code',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]worker-source\.ts$/ }, async ({ path }) => {
      const entry = path.replace('worker-source', 'worker');
      const options = { ...shared, metafile: true, write: false };
      const { outputFiles, metafile } = await build({ ...options, entryPoints: [entry] });
      return {
        contents: `export const workerSource = ${JSON.stringify(outputFiles[0].text)};`,
        watchFiles: Object.keys(metafile.inputs),
      };
    });
  },
};

const inBrowsers = { platform: 'browser', target: 'chrome132', format: 'iife' };

/**
 * Embeds the script and the style of the views for MCP Apps in the server, which sends them to its clients.
 * @type {import('esbuild').Plugin}
 */
const appCode = {
  name: 'app-code',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]app-source\.ts$/ }, async () => {
      const entryPoints = ['src/webviews/apps/main.ts', 'src/webviews/apps/apps.css'];
      const options = { ...shared, ...inBrowsers, minify: true, metafile: true, write: false, outdir: 'dist' };
      const { outputFiles, metafile } = await build({ ...options, entryPoints });
      const textOf = (ending) => outputFiles.find(({ path }) => path.endsWith(ending)).text.trim();
      const appSource = { script: textOf('.js'), style: textOf('.css') };
      return {
        contents: `export const appSource = ${JSON.stringify(appSource)};`,
        watchFiles: Object.keys(metafile.inputs),
      };
    });
  },
};

const extension = inParts({ name: 'extension', production, external: 'vscode' });
// While a tool is worked on, all are loaded as the sources say: the list that the build makes would be an old one.
const TOOLS = watch ? [] : [...toolSources().values()];
/** Most sessions call these, and most only these. */
const COMMON = /\/(get-resource|list-resources)\.ts$/;
// For npx, which runs it as a program.
const server = inParts({
  name: 'server',
  production,
  banner: '#!/usr/bin/env node\n',
  together: {
    start: ['src/server/main.ts'],
    session: [
      'src/server/jitless.ts',
      'src/server/stdio/stdio.ts',
      'src/server/core/contexts.ts',
      'src/server/core/own-context.ts',
      'src/server/core/login-desk.ts',
      'src/server/mcp/list-tools.ts',
      'src/kubernetes/text/jobs.ts',
    ],
    'first-call': [
      'src/server/mcp/calls.ts',
      'src/kubernetes/client/connections.ts',
      'node_modules/@kubernetes/client-node/dist/config.js',
      ...TOOLS.filter((source) => COMMON.test(source)),
    ],
    tools: TOOLS.filter((source) => !COMMON.test(source)),
  },
});
const logins = [
  ...standIns('generated-api', 'undici', 'removed-logins', 'js-yaml'),
  ...standIns('socks-proxy-agent', 'socks', 'hpagent'),
];

/** @type {import('esbuild').BuildOptions[]} */
const bundles = [
  {
    ...shared,
    ...extension,
    entryPoints: ['src/extension/extension.ts'],
    plugins: [...logins, workerCode, ...extension.plugins],
  },
  {
    ...shared,
    ...server,
    entryPoints: ['src/server/start.ts'],
    define: { ...shared.define, 'process.env.MCP_K8S_VERSION': JSON.stringify(version) },
    plugins: [
      ...logins,
      ...standIns('validator', 'raw-body'),
      laterSchemas,
      ...(watch ? [] : [toolList, recordedHandshakes(version)]),
      workerCode,
      appCode,
      ...server.plugins,
    ],
  },
  {
    ...shared,
    ...inBrowsers,
    sourcemap: production ? false : 'inline',
    entryPoints: [
      { in: 'src/webviews/logs/main.ts', out: 'logs' },
      { in: 'src/webviews/logs/logs.css', out: 'logs' },
      { in: 'src/webviews/pages/main.ts', out: 'pages' },
      { in: 'src/webviews/pages/pages.css', out: 'pages' },
    ],
    outdir: 'dist/webviews',
  },
];

if (watch) {
  await Promise.all(bundles.map(async (bundle) => (await context(bundle)).watch()));
} else {
  const results = await Promise.all(bundles.map((bundle) => build(bundle)));
  if (production) {
    const packages = bundledPackages(results.map(({ metafile }) => metafile));
    writeFileSync('dist/THIRD-PARTY-NOTICES.txt', thirdPartyNotices(packages));
    writeFileSync('dist/sbom.cdx.json', billOfMaterials(version, packages));
  }
}
