import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { testCluster } from './environment.ts';
import { HttpServer } from './http-process.ts';
import { ModernStdioBridge } from './modern-stdio-bridge.ts';
import { CONFORMANCE, conformanceSuite } from './prerequisites.ts';
import { StdioBridge } from './stdio-bridge.ts';

/** The scenarios for every server; the others are for the suite's own, with fixed tools, resources and prompts. */
const FOR_EVERY_SERVER = [
  'server-initialize',
  'ping',
  'tools-list',
  'tools-call-simple-text',
  'tools-call-error',
  'server-sse-multiple-streams',
  'resources-list',
  'prompts-list',
];

/** Of the newest revision; for `server-stateless` see below. */
const FOR_EVERY_MODERN_SERVER = [
  'caching',
  'dns-rebinding-protection',
  'http-header-validation',
  'input-required-result-ignore-extra-params',
  'input-required-result-missing-input-response',
  'input-required-result-unsupported-methods',
  'input-required-result-validate-input',
  'prompts-list',
  'resources-list',
  'sep-2164-resource-not-found',
  'server-sse-multiple-streams',
  'tools-call-error',
  'tools-call-simple-text',
  'tools-list',
];

/** Checks of `server-stateless` that call a tool of the suite's own server, which asks for sampling. */
const OF_ITS_TOOLS = ['missing-capability-http-400', 'server-rejects-undeclared-capability'];

/** Those that ask for the status of an answer; what they fail with over stdio, where it can only have the code. */
const OF_STATUSES = {
  'http-server-header-mismatch-400': /^Expected HTTP 400 .*, got status 200 /,
  'http-server-meta-invalid-400': /^Expected HTTP 400 .*, got status code 200$/,
  'http-server-method-not-found-404': /got HTTP 200 and code -32601$/,
  'http-server-method-not-found-404-initialize': /got HTTP 200 and code -32601$/,
  'http-server-method-not-found-404-logging-setlevel': /got HTTP 200 and code -32601$/,
  'http-server-method-not-found-404-ping': /got HTTP 200 and code -32601$/,
  'http-server-method-not-found-404-resources-subscribe': /got HTTP 200 and code -32601$/,
  'http-server-method-not-found-404-resources-unsubscribe': /got HTTP 200 and code -32601$/,
  'http-server-unsupported-version-400': /^Expected HTTP 400 .*, got status code 200$/,
};

/** Of the scenarios, what stdio has not: headers and host names. */
const OF_HTTP = ['dns-rebinding-protection', 'http-header-validation'];

interface Check {
  id: string;
  status: string;
  errorMessage?: string;
}

describe('the conformance suite of MCP', () => {
  let folder: string;
  let kubeconfig: string;
  before(async () => {
    kubeconfig = (await testCluster()).kubeconfig('viewer');
  });
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mcp-k8s-conformance-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  /** How many checks of each scenario passed and failed. */
  async function run(url: string, revision: string, suite = 'active'): Promise<Map<string, [number, number]>> {
    const installed = await conformanceSuite();
    const script = join(installed, 'node_modules', CONFORMANCE.name, 'dist', 'index.js');
    const args = [script, 'server', '--url', url, '--spec-version', revision, '--suite', suite];
    const { stdout } = await promisify(execFile)(process.execPath, [...args, '-o', join(folder, 'results')], {
      cwd: folder,
      maxBuffer: 64 << 20,
      // It fails where scenarios do; which may is compared below.
    }).catch((error: Error & { stdout: string }) => error);
    const lines = stdout.matchAll(/^[✓✗] ([\w-]+): (\d+) passed, (\d+) failed/gm);
    return new Map([...lines].map(([, name = '', passed, failed]) => [name, [Number(passed), Number(failed)]]));
  }

  /** The checks of `server-stateless` that failed, and with what. */
  async function failedStateless(): Promise<Map<string, string>> {
    const results = join(folder, 'results');
    const runs = (await readdir(results)).filter((name) => name.includes('server-stateless'));
    const checks: Check[] = JSON.parse(await readFile(join(results, runs[0] ?? '', 'checks.json'), 'utf8'));
    const failed = checks.filter(({ status }) => status === 'FAILURE');
    return new Map(failed.map(({ id, errorMessage = '' }) => [id.replace('sep-2575-', ''), errorMessage]));
  }

  const passedOf = (results: Map<string, [number, number]>) =>
    [...results].flatMap(([name, [passed, failed]]) => (passed > 0 && failed === 0 ? [name] : [])).sort();

  it('passes over Streamable HTTP', async () => {
    const server = await HttpServer.start(['--kubeconfig', kubeconfig]);
    const passed = passedOf(await run(server.url('/mcp').replace('127.0.0.1', 'localhost'), '2025-11-25'));
    assert.deepEqual(passed, [...FOR_EVERY_SERVER, 'dns-rebinding-protection', 'server-session-lifecycle'].sort());
  });

  it('passes over stdio', async () => {
    const bridge = await StdioBridge.start(['--kubeconfig', kubeconfig]);
    try {
      // Stdio has neither host names nor sessions; those are the bridge's.
      const passed = passedOf(await run(bridge.url, '2025-11-25'));
      assert.deepEqual(
        passed.filter((name) => name !== 'server-session-lifecycle'),
        [...FOR_EVERY_SERVER, 'logging-set-level'].sort(),
      );
    } finally {
      await bridge.stop();
    }
  });

  it('passes at the newest revision', async () => {
    const server = await HttpServer.start(['--kubeconfig', kubeconfig]);
    const results = await run(server.url('/mcp').replace('127.0.0.1', 'localhost'), '2026-07-28', 'all');
    assert.deepEqual(passedOf(results), FOR_EVERY_MODERN_SERVER);
    assert.deepEqual(results.get('server-stateless'), [26, 2]);
    assert.deepEqual([...(await failedStateless()).keys()].sort(), OF_ITS_TOOLS);
  });

  it('passes at the newest revision over stdio', async () => {
    const bridge = await ModernStdioBridge.start(['--kubeconfig', kubeconfig]);
    try {
      const results = await run(bridge.url, '2026-07-28', 'all');
      const passed = passedOf(results);
      assert.deepEqual(
        passed,
        FOR_EVERY_MODERN_SERVER.filter((name) => !OF_HTTP.includes(name)),
      );
      const failed = await failedStateless();
      for (const [id, expected] of Object.entries(OF_STATUSES)) assert.match(failed.get(id) ?? '', expected, id);
      assert.deepEqual([...failed.keys()].sort(), [...OF_ITS_TOOLS, ...Object.keys(OF_STATUSES)].sort());
    } finally {
      await bridge.stop();
    }
  });
});
