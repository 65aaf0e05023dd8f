import assert from 'node:assert/strict';
import { type ServerInput, serverDefinition } from '../../../../src/extension/settings/server-definition.ts';
import type { EffectiveSettings } from '../../../../src/extension/settings/setting-values.ts';
import { DEFAULT_SETTINGS } from '../../../support/settings.ts';

function input(
  changes: Partial<Omit<ServerInput, 'settings'>> & { settings?: Partial<EffectiveSettings> } = {},
): ServerInput {
  return {
    kubeconfig: [],
    places: [],
    name: undefined,
    cwd: '/work',
    script: '/extension/dist/server.cjs',
    execPath: '/editor/node',
    version: '1.2.3',
    compileCache: '/storage/cache',
    editors: '/storage/editors',
    ...changes,
    settings: { ...DEFAULT_SETTINGS, ...changes.settings },
  };
}

describe('server definition', () => {
  it('runs the bundle with the editor’s Node, reviewed and otherwise without a flag', () => {
    const { version, env, ...definition } = serverDefinition(input());
    const { MCP_K8S_EDITORS: editors, ...others } = env;
    assert.match(editors ?? '', /\beditors.[0-9a-f]{32}$/);
    assert.deepEqual(others, { ELECTRON_RUN_AS_NODE: '1', NODE_COMPILE_CACHE: '/storage/cache' });
    assert.deepEqual(definition, {
      label: 'mcp-k8s',
      command: '/editor/node',
      args: ['--min-semi-space-size=8', '--max-semi-space-size=8', '/extension/dist/server.cjs', '--review=required'],
      cwd: '/work',
    });
    assert.match(version, /^1\.2\.3\+[0-9a-f]{8}$/);
  });

  it('gives every setting as a flag', () => {
    const { args } = serverDefinition(
      input({
        kubeconfig: ['/a', '/b c'],
        places: ['/w', '/a'],
        settings: {
          context: 'arn:aws:eks:eu-west-1:1:cluster/prod',
          namespace: 'shop',
          enableList: false,
          enableCreate: true,
          enableUpdate: true,
          enableDelete: true,
          enableExec: true,
          allowedContexts: ['dev-*', 'staging'],
          allowedNamespaces: ['shop'],
          protectedContexts: ['*prod*'],
          writeContexts: ['dev'],
          deniedKinds: ['secrets'],
          readOnlyKinds: ['nodes'],
          reviewWrites: false,
        },
      }),
    );
    assert.deepEqual(args.slice(3), [
      ...['--distrust=/w', '--distrust=/a', '--write-context=dev', '--kubeconfig=/a', '--kubeconfig=/b c'],
      ...['--context=arn:aws:eks:eu-west-1:1:cluster/prod', '--namespace=shop'],
      ...['--allow-context=dev-*', '--allow-context=staging', '--allow-namespace=shop'],
      ...['--enable-list=false', '--enable-create', '--enable-update', '--enable-delete', '--enable-exec'],
      ...['--review=off', '--protect-context=*prod*', '--deny-kind=secrets', '--read-only-kind=nodes'],
    ]);
  });

  it('has another version whenever the tools may be others', () => {
    const versions = [
      input(),
      input({ version: '1.2.4' }),
      input({ kubeconfig: ['/a'] }),
      input({ kubeconfig: ['/b'] }),
      input({ cwd: '/elsewhere' }),
      input({ settings: { context: 'a' } }),
      input({ settings: { namespace: 'a' } }),
      input({ settings: { enableList: false } }),
      input({ settings: { enableCreate: true } }),
      input({ settings: { enableUpdate: true } }),
      input({ settings: { enableDelete: true } }),
      input({ settings: { enableExec: true } }),
      input({ settings: { allowedContexts: ['*'] } }),
      input({ settings: { protectedContexts: ['*'] } }),
      input({ settings: { reviewWrites: false } }),
    ].map((each) => serverDefinition(each).version);
    assert.equal(new Set(versions).size, versions.length);
  });

  it('keeps its version when nothing changes for the tools', () => {
    const quiet = serverDefinition(input({ settings: { openResults: 'never' } }));
    assert.equal(quiet.version, serverDefinition(input()).version);
  });

  it('names the folder in the label of one server of several', () => {
    assert.equal(serverDefinition(input({ name: 'api' })).label, 'mcp-k8s-api');
  });
});
