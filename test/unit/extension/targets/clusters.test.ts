import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { EffectiveSettings } from '../../../../src/extension/settings/setting-values.ts';
import { Clusters } from '../../../../src/extension/targets/clusters.ts';
import type { Target, Targets } from '../../../../src/extension/targets/targets.ts';
import { DEFAULT_SETTINGS } from '../../../support/settings.ts';

describe('the connections of the editor', () => {
  let home: string;
  let paths: string[];
  let target: Target;
  let clusters: Clusters;
  let change: (other: Partial<Target>) => Promise<void>;

  const set = (settings: Partial<EffectiveSettings>) => change({ settings: { ...target.settings, ...settings } });

  before(async () => {
    home = await mkdtemp(join(tmpdir(), 'mcp-k8s-clusters-'));
    paths = [join(home, 'kubeconfig')];
    const contexts = ['one', 'two'].map((name) => ({ name, context: { cluster: 'c', user: 'u' } }));
    const content = {
      ...{ apiVersion: 'v1', kind: 'Config', contexts, 'current-context': 'one' },
      clusters: [{ name: 'c', cluster: { server: 'https://127.0.0.1:1' } }],
      users: [{ name: 'u', user: {} }],
    };
    await writeFile(paths[0] ?? '', JSON.stringify(content));
  });
  after(() => rm(home, { recursive: true }));

  beforeEach(() => {
    target = {
      ...{ name: undefined, folder: undefined, places: [], permit: undefined, vouched: [], withheld: [] },
      settings: { ...DEFAULT_SETTINGS, writeContexts: [] },
      kubeconfig: { paths, source: 'default' },
    };
    const changed = new vscode.EventEmitter<void>();
    let found = Promise.resolve([target]);
    const targets: Pick<Targets, 'current' | 'onDidChange'> = { current: () => found, onDidChange: changed.event };
    change = async (other) => {
      target = { ...target, ...other };
      found = Promise.resolve([target]);
      changed.fire();
      await found;
      await new Promise(setImmediate);
    };
    const log: Pick<vscode.LogOutputChannel, 'warn'> = { warn: () => undefined };
    clusters = new Clusters(targets as Targets, log as vscode.LogOutputChannel, () => undefined);
  });
  afterEach(() => clusters.dispose());

  it('stay when a setting changes that is not about them, in every context', async () => {
    const connections = await Promise.all([clusters.connect(target), clusters.connect(target, 'two')]);
    await set({ enableUpdate: true, reviewWrites: false, openResults: 'never', toolsets: ['core'] });
    await set({ contextColors: { one: 'red' }, deniedKinds: ['secrets'], writeContexts: ['one'] });
    assert.deepEqual(
      connections.map(({ closed }) => closed.aborted),
      [false, false],
    );
    assert.deepEqual(await Promise.all([clusters.connect(target), clusters.connect(target, 'two')]), connections);
  });

  for (const [what, other] of [
    ['the namespace', { settings: { ...DEFAULT_SETTINGS, namespace: 'shop' } }],
    ['what is protected', { settings: { ...DEFAULT_SETTINGS, protectedContexts: ['one'] } }],
    ['the kubeconfig', { kubeconfig: { paths: ['/elsewhere'], source: 'setting' } }],
    ['what came with the workspace', { places: ['/work'] }],
    ['what the user agreed to', { vouched: ['fingerprint'] }],
  ] as [string, Partial<Target>][])
    it(`end with ${what}`, async () => {
      const { closed } = await clusters.connect(target);
      await change(other);
      assert.equal(closed.aborted, true);
    });
});
