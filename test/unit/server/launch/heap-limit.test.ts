import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { limitedLaunch } from '../../../../src/server/launch/heap-limit.ts';

const LIMIT = '--max-semi-space-size=16';

function launch(args: string[], given: Partial<Parameters<typeof limitedLaunch>[0]> = {}): string[] | undefined {
  return limitedLaunch({
    ...{ platform: 'linux', argv: ['node', 'server.cjs', ...args], execArgv: [], options: undefined },
    ...given,
  });
}

describe('the limit of the heap', () => {
  for (const args of [
    ['--transport', 'streamable-http'],
    ['--transport=sse'],
    ['--transport', 'streamable-http,sse'],
    ['--port', '1', '--transport=sse,streamable-http'],
    ['--config', 'options.yaml'],
  ])
    it(`is set for ${args.join(' ')}`, () => {
      assert.deepEqual(launch(args), ['node', LIMIT, 'server.cjs', ...args]);
    });

  it('is not set for stdio, where a process is one session', () => {
    assert.equal(launch([]), undefined);
    assert.equal(launch(['--transport', 'stdio', '--context', 'a-sse-b', '--kubeconfig', '/sse/config']), undefined);
  });

  it('keeps what Node was given, and is never set twice', () => {
    const args = ['--transport', 'sse'];
    const limited = launch(args, { execArgv: ['--inspect'] });
    assert.deepEqual(limited, ['node', LIMIT, '--inspect', 'server.cjs', ...args]);
    assert.equal(launch(args, { execArgv: [LIMIT] }), undefined);
    assert.equal(launch(args, { options: '--max-semi-space-size=32' }), undefined);
  });

  it('is left to whoever starts it on Windows, where no process can be replaced', () => {
    assert.equal(launch(['--transport', 'sse'], { platform: 'win32' }), undefined);
  });

  it('holds for the old objects too, however many of them have come and gone', () => {
    const module = new URL('../../../../src/server/launch/heap-limit.ts', import.meta.url).href;
    const script = `
      import { getHeapStatistics } from 'node:v8';
      import { limitOldSpace } from '${module}';
      limitOldSpace(process.execArgv);
      const objects = [];
      let most = 0;
      for (let made = 0; made < 6_000_000; made += 1) {
        objects[made % 400_000] = { made, and: [made] };
        if (made % 10_000 === 0) most = Math.max(most, getHeapStatistics().used_heap_size);
      }
      console.log(most);`;
    const most = (limit: string[], options: string) => {
      const args = [...limit, '--input-type=module', '--disable-warning=ExperimentalWarning', '-e', script];
      const env = { ...process.env, NODE_OPTIONS: options };
      return Number(execFileSync(process.execPath, args, { env, encoding: 'utf8' }));
    };
    // In both, the young space is the same.
    assert.ok(most([LIMIT], '') < most([], LIMIT) * 0.8);
  });
});
