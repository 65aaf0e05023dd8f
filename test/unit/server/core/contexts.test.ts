import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mock } from 'node:test';
import { Policy } from '../../../../src/kubernetes/policy.ts';
import { rulesOf } from '../../../../src/kubernetes/rules.ts';
import { Contexts } from '../../../../src/server/core/contexts.ts';
import { OwnContext } from '../../../../src/server/core/own-context.ts';
import { DEFAULT_SETTINGS } from '../../../support/settings.ts';
import { until } from '../../../support/until.ts';

const KUBECONFIG = JSON.stringify({
  contexts: ['a', 'b', 'c'].map((name) => ({ name, context: { cluster: 'k' } })),
  clusters: [{ name: 'k', cluster: { server: 'https://127.0.0.1:1' } }],
  'current-context': 'a',
});

describe('contexts', () => {
  let folder: string;
  let path: string;
  let contexts: Contexts;
  const problems: unknown[] = [];
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'contexts-'));
    path = join(folder, 'config');
    problems.length = 0;
    contexts = new Contexts({
      kubeconfig: [path],
      permit: undefined,
      own: new OwnContext(undefined),
      namespace: undefined,
      policy: new Policy(rulesOf({ ...DEFAULT_SETTINGS, allowedContexts: ['*'] })),
      onKubeconfigProblem: (error) => problems.push(error),
      warn: assert.fail,
    });
    await writeFile(path, KUBECONFIG);
  });
  afterEach(async () => {
    contexts.close();
    await rm(folder, { recursive: true });
  });

  it('stay as they are while the kubeconfig is half written, used before or not', async () => {
    const connected = async (context?: string) => (await contexts.connect(context)).context.name;
    assert.deepEqual([await connected(), await connected('b')], ['a', 'b']);
    await writeFile(path, KUBECONFIG.slice(0, 90));
    for (const context of ['a', 'b', 'c']) assert.equal(await connected(context), context);
    assert.deepEqual(await contexts.choices(), ['a', 'b', 'c']);
    assert.equal(problems.length, 1);
  });

  it('have changed when the kubeconfig says so, and not while it is half written', async () => {
    mock.timers.enable({ apis: ['setInterval'] });
    let changes = 0;
    const unwatch = contexts.watch(() => {
      changes += 1;
    });
    try {
      assert.equal((await contexts.choices()).length, 3);
      await writeFile(path, KUBECONFIG.slice(0, 90));
      mock.timers.tick(1_000);
      await until(() => problems.length === 1);
      assert.equal((await contexts.choices()).length, 3);
      assert.equal(changes, 0);
      await writeFile(path, KUBECONFIG.replace('"c"', '"d"'));
      mock.timers.tick(1_000);
      await until(() => changes > 0);
      assert.equal(changes, 1);
    } finally {
      unwatch();
      mock.timers.reset();
    }
  });
});
