import assert from 'node:assert/strict';
import { CursorServers, cursorMcp } from '../../../../src/extension/servers/cursor-servers.ts';
import { type ServerInput, serverDefinition } from '../../../../src/extension/settings/server-definition.ts';
import { DEFAULT_SETTINGS } from '../../../support/settings.ts';

describe('servers in Cursor', () => {
  let calls: string[];
  const mcp = {
    registerServer: ({ name, server }: { name: string; server: { args: string[] } }) =>
      void calls.push(`+${name} ${server.args.filter((arg) => arg.startsWith('--enable')).join(' ')}`.trim()),
    unregisterServer: (name: string) => void calls.push(`-${name}`),
  };
  beforeEach(() => {
    calls = [];
  });

  function server(name: string | undefined, settings: Partial<ServerInput['settings']> = {}) {
    return serverDefinition({
      settings: { ...DEFAULT_SETTINGS, ...settings },
      kubeconfig: [],
      places: [],
      name,
      cwd: '/',
      script: '/server.cjs',
      execPath: '/editor',
      version: '1.0.0',
      compileCache: '/cache',
      editors: '/editors',
    });
  }

  it('are found where the editor has them, and only there', () => {
    assert.equal(cursorMcp({}), undefined);
    assert.equal(cursorMcp({ cursor: {} }), undefined);
    assert.equal(cursorMcp({ cursor: { mcp: { registerServer: mcp.registerServer } } }), undefined);
    assert.ok(cursorMcp({ cursor: { mcp } }));
  });

  it('are registered once, again when they change, and no longer when they are gone', () => {
    const servers = new CursorServers(mcp);
    servers.set([server('a'), server('b')]);
    assert.deepEqual(calls.splice(0), ['+mcp-k8s-a', '+mcp-k8s-b']);
    servers.set([server('b'), server('a')]);
    assert.deepEqual(calls.splice(0), []);
    servers.set([server('a', { enableUpdate: true })]);
    assert.deepEqual(calls.splice(0), ['-mcp-k8s-b', '-mcp-k8s-a', '+mcp-k8s-a --enable-update']);
    servers.dispose();
    assert.deepEqual(calls, ['-mcp-k8s-a']);
  });
});
