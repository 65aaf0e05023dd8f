import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endurance } from '../bench/endurance.ts';
import type { Sample } from '../bench/inspected-process.ts';
import { testCluster } from './environment.ts';
import { SERVER } from './mcp-process.ts';
import { scratchNamespace } from './scratch.ts';

/** Each turn is a few rounds; a leak of one thing a round or client would exceed these. */
const TURNS = 3;
const DISTURBANCES = ['nothing', 'cut', 'sleep', 'kubeconfig'] as const;
const CLIENTS = 10;
const MORE_SOCKETS = 6;
const MORE_HEAP = 1.5;

// The hour is `npm run bench -- --endurance`.
describe('an agent’s mixed work', () => {
  const namespace = scratchNamespace();
  let home: string;
  before(async () => {
    home = await mkdtemp(join(tmpdir(), 'mcp-k8s-endurance-'));
  });
  after(() => rm(home, { recursive: true }));

  it('loses no call, doubles no write and leaves nothing behind while connections break and change', async function () {
    this.timeout(600_000);
    const { lost, writes, samples } = await endurance({
      cluster: await testCluster(),
      namespace: namespace.name,
      script: SERVER,
      home,
      disturbances: DISTURBANCES,
      clients: CLIENTS,
      goesOn: (turns) => turns < TURNS,
      progress: () => undefined,
    });
    // Those after each disturbance, at the least.
    const undisturbed = TURNS * DISTURBANCES.length * 2;
    assert.ok(writes.done.updates >= undisturbed && writes.done.creations >= undisturbed, JSON.stringify(writes));
    assert.deepEqual(lost, []);
    assert.deepEqual(writes.wrong, []);
    for (const [name, [first, ...later]] of Object.entries(samples)) {
      const last = later.at(-1);
      assert.ok(first && last);
      const told = `${name}: ${JSON.stringify([first, last])}`;
      const isMore = (what: keyof Sample, by: number) => last[what] > first[what] + by;
      assert.ok(!isMore('sockets', MORE_SOCKETS) && !isMore('files', MORE_SOCKETS), told);
      assert.ok(!isMore('handles', MORE_SOCKETS) && !isMore('timers', MORE_SOCKETS), told);
      assert.ok(last.heap < first.heap * MORE_HEAP, told);
    }
  });
});
