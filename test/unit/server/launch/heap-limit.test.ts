import assert from 'node:assert/strict';
import { limitedLaunch } from '../../../../src/server/launch/heap-limit.ts';

const LIMIT = '--max-semi-space-size=8';

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
});
