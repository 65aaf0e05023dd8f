import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { testCluster } from './environment.ts';
import { HttpServer } from './http-process.ts';
import { CONFORMANCE, conformanceSuite } from './prerequisites.ts';
import { StdioBridge } from './stdio-bridge.ts';

/** The scenarios for every server. */
const FOR_EVERY_SERVER = [
  'server-initialize',
  'logging-set-level',
  'ping',
  'tools-list',
  'tools-call-simple-text',
  'tools-call-error',
  'server-sse-multiple-streams',
  'resources-list',
  'prompts-list',
];

/** The scenarios for the suite's own server, with fixed tools, resources and prompts: images, sampling and so on. */
const FOR_ITS_OWN_SERVER = [
  'completion-complete',
  'tools-call-image',
  'tools-call-audio',
  'tools-call-embedded-resource',
  'tools-call-mixed-content',
  'tools-call-with-logging',
  'tools-call-with-progress',
  'tools-call-sampling',
  'tools-call-elicitation',
  'elicitation-sep1034-defaults',
  'elicitation-sep1330-enums',
  'resources-read-text',
  'resources-read-binary',
  'resources-templates-read',
  'resources-subscribe',
  'resources-unsubscribe',
  'prompts-get-simple',
  'prompts-get-with-args',
  'prompts-get-embedded-resource',
  'prompts-get-with-image',
];

describe('the conformance suite of MCP', () => {
  let folder: string;
  let kubeconfig: string;
  before(async () => {
    kubeconfig = (await testCluster()).kubeconfig('viewer');
    folder = await mkdtemp(join(tmpdir(), 'mcp-k8s-conformance-'));
  });
  after(() => rm(folder, { recursive: true }));

  /** The scenarios that passed. @throws if the failures differ from those expected. */
  async function run(url: string, expectedFailures: readonly string[]): Promise<string[]> {
    const installed = await conformanceSuite();
    const script = join(installed, 'node_modules', CONFORMANCE.name, 'dist', 'index.js');
    const baseline = join(folder, 'expected-failures.yaml');
    await writeFile(baseline, JSON.stringify({ server: expectedFailures }));
    const args = [script, 'server', '--url', url, '--expected-failures', baseline, '-o', join(folder, 'results')];
    const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: folder, maxBuffer: 64 << 20 }).catch(
      (error: Error & { stdout: string }) => {
        throw new Error(error.stdout.slice(error.stdout.indexOf('=== SUMMARY')));
      },
    );
    return [...stdout.matchAll(/^✓ ([\w-]+): [1-9]\d* passed, 0 failed/gm)].map(([, name = '']) => name);
  }

  it('passes over Streamable HTTP', async () => {
    const server = await HttpServer.start(['--kubeconfig', kubeconfig]);
    const passed = await run(server.url('/mcp').replace('127.0.0.1', 'localhost'), FOR_ITS_OWN_SERVER);
    assert.deepEqual(passed.sort(), [...FOR_EVERY_SERVER, 'dns-rebinding-protection'].sort());
  });

  it('passes over stdio', async () => {
    const bridge = await StdioBridge.start(['--kubeconfig', kubeconfig]);
    try {
      // Stdio has no host names; those are the bridge's.
      const passed = await run(bridge.url, [...FOR_ITS_OWN_SERVER, 'dns-rebinding-protection']);
      assert.deepEqual(passed.sort(), [...FOR_EVERY_SERVER].sort());
    } finally {
      await bridge.stop();
    }
  });
});
