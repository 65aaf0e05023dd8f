import assert from 'node:assert/strict';
import { userFolder } from '../../../../src/kubernetes/apimachinery/user-folders.ts';

describe('the folders of the user', () => {
  it('are where each system has them', () => {
    for (const [what, env, platform, home, folder] of [
      ['state', {}, 'linux', '/home/me', '/home/me/.local/state/mcp-k8s'],
      ['state', { XDG_STATE_HOME: '/s' }, 'linux', '/home/me', '/s/mcp-k8s'],
      ['state', { XDG_STATE_HOME: 's' }, 'linux', '/home/me', '/home/me/.local/state/mcp-k8s'],
      ['cache', { XDG_CACHE_HOME: '' }, 'linux', '/home/me', '/home/me/.cache/mcp-k8s'],
      ['state', {}, 'darwin', '/Users/me', '/Users/me/Library/Application Support/mcp-k8s'],
      ['cache', {}, 'darwin', '/Users/me', '/Users/me/Library/Caches/mcp-k8s'],
      ['cache', { XDG_CACHE_HOME: '/c' }, 'darwin', '/Users/me', '/c/mcp-k8s'],
    ] as const)
      assert.equal(userFolder(what, env, platform, home), folder);
    for (const what of ['state', 'cache'] as const) {
      assert.match(userFolder(what, { LOCALAPPDATA: 'C:\\L' }, 'win32', 'C:\\me'), /^C:\\L.mcp-k8s$/);
      assert.match(userFolder(what, { XDG_STATE_HOME: '/s' }, 'win32', 'C:\\me'), /^C:\\me.AppData.Local.mcp-k8s$/);
    }
  });
});
