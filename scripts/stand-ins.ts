import { readFileSync } from 'node:fs';
import type { OnResolveResult, Plugin } from 'esbuild';

/** Replaces a module that dependencies load whole but hardly use. */
interface StandIn {
  /** How the dependency spells it. */
  filter: RegExp;
  /** The names used from the module; the build fails when one no longer exists. */
  names: readonly string[];
  contents: string;
}

/*
 * Each says what it saves the server: processor time until the answer to the first get (267 ms with all of them, 332 ms
 * with none: the least of 13 runs in turn) or to initialize (95 ms and 116 ms, of 40 runs), and bytes of 1.95 MB.
 */
const STAND_INS = {
  // Only client-node's credentials are used, not its thousand generated classes: 18 ms, 6 MB of memory, 343 kB.
  'generated-api': {
    filter: /^\.\/gen\/index\.js$/,
    names: ['createConfiguration', './servers.js'],
    contents: 'export class ServerConfiguration {}\nexport function createConfiguration() {}',
  },
  // Undici's index also loads fetch, WebSocket, caches and mocks: 21 ms, 3 MB of memory, 237 kB.
  undici: {
    filter: /^undici$/,
    names: [
      'lib/api',
      'lib/core/connect',
      'lib/core/errors',
      'lib/dispatcher/dispatcher',
      'lib/dispatcher/agent',
      'lib/dispatcher/pool',
      'lib/dispatcher/proxy-agent',
    ],
    contents: `import api from 'undici/lib/api/index.js';
      import Dispatcher from 'undici/lib/dispatcher/dispatcher.js';
      Object.assign(Dispatcher.prototype, api);
      export { default as Agent } from 'undici/lib/dispatcher/agent.js';
      export { default as Pool } from 'undici/lib/dispatcher/pool.js';
      export { default as ProxyAgent } from 'undici/lib/dispatcher/proxy-agent.js';
      export { default as buildConnector } from 'undici/lib/core/connect.js';
      export { default as errors } from 'undici/lib/core/errors.js';`,
  },
  // The SDK's schema validator only checks elicitation answers; review.ts does so itself: 16 ms of the start, 135 kB.
  validator: {
    filter: /\/ajv-provider\.js$/,
    names: ['AjvJsonSchemaValidator', 'getValidator'],
    contents: `export class AjvJsonSchemaValidator {
      getValidator() { return (data) => ({ valid: true, data, errorMessage: undefined }); }
    }`,
  },
  // Its worldwide character sets take 510 kB, for bodies that the SDK's SSE transport receives already read.
  'raw-body': {
    filter: /^raw-body$/,
    names: ['getRawBody'],
    contents: 'export default function getRawBody() { throw new Error("no body to read"); }',
  },
  // Saves 28 kB and no time, but removes all code that would start a shell for a kubeconfig, and a second OIDC login.
  'removed-logins': {
    filter: /^\.\/(azure|gcp|exec|oidc)_auth\.js$/,
    names: ['isAuthProvider'],
    contents: `class Removed { isAuthProvider() { return false; } }
      export { Removed as AzureAuth, Removed as GoogleCloudPlatformAuth, Removed as ExecAuth, Removed as OpenIDConnectAuth };`,
  },
  // Few kubeconfigs need these: 9 ms of the first call.
  'socks-proxy-agent': onUse('socks-proxy-agent', 'SocksProxyAgent'),
  // Its index names files only.
  socks: { ...onUse('socks', 'SocksClient'), names: ['socksclient'] },
  hpagent: onUse('hpagent', 'HttpProxyAgent', 'HttpsProxyAgent'),
  // Saves 46 kB and no time, but client-node is given its kubeconfig as JSON, and YAML refuses some of its characters.
  'js-yaml': { filter: /^js-yaml$/, names: ['load'], contents: 'export const load = JSON.parse;' },
} satisfies Record<string, StandIn>;

/** Stands in for a module until one of these of its exports, which are all that is used, is needed. */
function onUse(module: string, ...names: string[]): StandIn {
  const exports = names.map((name) => `get ${name}() { return require('${module}').${name}; }`);
  return { filter: new RegExp(`^${module}$`), names, contents: `module.exports = { ${exports.join(', ')} };` };
}

/**
 * Replaces each of the named modules.
 * @returns plugins that fail the build when nothing imports the module any longer, or when it has changed.
 */
export function standIns(...names: (keyof typeof STAND_INS)[]): Plugin[] {
  return names.map((name) => standIn(name, STAND_INS[name]));
}

function standIn(name: string, { filter, names, contents }: StandIn): Plugin {
  return {
    name,
    setup({ onStart, onResolve, onLoad, onEnd, resolve }) {
      let used = false;
      onStart(() => {
        used = false;
      });
      onResolve({ filter }, async ({ path, pluginData, ...from }): Promise<OnResolveResult | undefined> => {
        if (pluginData === name || from.namespace === name) return undefined;
        const { importer, kind, resolveDir } = from;
        const found = await resolve(path, { importer, kind, resolveDir, pluginData: name });
        if (found.errors.length > 0) return { errors: found.errors };
        used = true;
        const text = readFileSync(found.path, 'utf8');
        const missing = names.filter((one) => !text.includes(one));
        const errors = missing.map((one) => ({
          text: `${found.path} has no ${one} any longer: see scripts/stand-ins.ts`,
        }));
        return { path, namespace: name, errors, pluginData: resolveDir };
      });
      onLoad({ filter: /.*/, namespace: name }, ({ pluginData: resolveDir }) => ({ contents, resolveDir }));
      onEnd(({ errors }) => {
        const text = `Nothing imports ${filter} any longer: the stand-in "${name}" can go from scripts/stand-ins.ts`;
        return used || errors.length > 0 ? {} : { errors: [{ text }] };
      });
    },
  };
}
