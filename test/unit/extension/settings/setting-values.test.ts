import assert from 'node:assert/strict';
import { delimiter, resolve } from 'node:path';
import { parseSettings } from '../../../../src/extension/settings/setting-values.ts';
import { SETTING_NAMES, type Settings, WRITE_SWITCHES } from '../../../../src/settings.ts';

const surroundings = { home: resolve('/home/ada'), folder: resolve('/src/shop'), env: { DIR: '/etc/k8s', EMPTY: '' } };

function kubeconfig(value: unknown, changes: Partial<typeof surroundings> = {}): string[] {
  return parseSettings({ kubeconfig: value }, true, { ...surroundings, ...changes }).kubeconfig;
}

describe('settings', () => {
  it('are the safe ones when nothing is set', () => {
    const parsed = parseSettings({}, true, surroundings);
    assert.deepEqual(Object.keys(parsed), SETTING_NAMES);
    const safe: Partial<Settings> = {
      kubeconfig: [],
      context: undefined,
      namespace: undefined,
      enableList: true,
      enableCreate: false,
      enableUpdate: false,
      enableDelete: false,
      enableExec: false,
      allowedContexts: [],
      allowedNamespaces: [],
      protectedContexts: [],
      deniedKinds: [],
      readOnlyKinds: [],
      reviewWrites: true,
      openResults: 'preview',
    };
    assert.deepEqual({ ...parsed, ...safe }, parsed);
    assert.deepEqual(
      WRITE_SWITCHES.filter((name) => parsed[name]),
      [],
    );
  });

  it('switch a write on only with a true', () => {
    for (const value of ['true', 1, {}, null]) {
      assert.equal(parseSettings({ enableDelete: value }, true, surroundings).enableDelete, false);
    }
    const on = parseSettings({ enableDelete: true }, true, surroundings);
    assert.deepEqual([on.enableCreate, on.enableUpdate, on.enableDelete], [false, false, true]);
  });

  it('allow no write without trust, whatever they say', () => {
    const all = { enableCreate: true, enableUpdate: true, enableDelete: true, enableExec: true };
    const { enableCreate, enableUpdate, enableDelete, enableExec } = parseSettings(all, false, surroundings);
    assert.deepEqual([enableCreate, enableUpdate, enableDelete, enableExec], [false, false, false, false]);
  });

  it('turn the review off only with a false', () => {
    for (const value of ['false', 0, null, undefined]) {
      assert.equal(parseSettings({ reviewWrites: value }, true, surroundings).reviewWrites, true);
    }
    assert.equal(parseSettings({ reviewWrites: false }, true, surroundings).reviewWrites, false);
  });

  it('take names without the space around them', () => {
    const { context, namespace } = parseSettings({ context: ' prod ', namespace: ' ' }, true, surroundings);
    assert.deepEqual([context, namespace], ['prod', undefined]);
  });
});

describe('kubeconfig setting', () => {
  it('replaces home, folder and variables', () => {
    const given = ['~/.kube/dev', `\${workspaceFolder}/k8s/config`, `\${env:DIR}/admin.conf`];
    assert.deepEqual(
      kubeconfig(given),
      ['/home/ada/.kube/dev', '/src/shop/k8s/config', '/etc/k8s/admin.conf'].map((path) => resolve(path)),
    );
  });

  it('takes a relative path from the folder, or from home without one', () => {
    assert.deepEqual(kubeconfig('k8s/config'), [resolve('/src/shop/k8s/config')]);
    const { folder: _, ...without } = surroundings;
    const parsed = parseSettings({ kubeconfig: 'k8s/config' }, true, { ...without, folder: undefined });
    assert.deepEqual(parsed.kubeconfig, [resolve('/home/ada/k8s/config')]);
  });

  it('takes several paths in one text, as KUBECONFIG does', () => {
    const env = { KUBECONFIG: ['/a', '', '/b'].join(delimiter) };
    assert.deepEqual(kubeconfig(`\${env:KUBECONFIG}`, { env } as never), [resolve('/a'), resolve('/b')]);
  });

  it('does not take a tilde within a path for home', () => {
    assert.deepEqual(kubeconfig('/a~/~b'), [resolve('/a~/~b')]);
    assert.deepEqual(kubeconfig('~ada/config'), [resolve('/src/shop/~ada/config')]);
  });

  it('keeps a variable without a value, so that no other cluster is used in its place', () => {
    for (const name of ['MISSING', 'EMPTY']) {
      const [path, ...others] = kubeconfig(`\${env:${name}}/config`);
      assert.ok(path?.endsWith(`\${env:${name}}/config`), path);
      assert.deepEqual(others, []);
    }
  });

  it('of a workspace names no other machine and no variable: no such file is looked at, and no other taken', () => {
    const strange = (value: string) => parseSettings({ kubeconfig: value }, true, surroundings, true).kubeconfig;
    for (const value of [
      '\\\\evil\\share\\config',
      '//evil/share/config',
      `\\\\evil\\\${env:DIR}`,
      `\${env:DIR}/config`,
      `\${ENV:DIR}`,
      ` //evil/x`,
      `/a${delimiter}//evil/x`,
      `\\\\?\\C:\\x`,
      `\\\\.\\pipe\\x`,
    ]) {
      assert.deepEqual(strange(value), [resolve('/src/shop', `refused: ${encodeURIComponent(value.trim())}`)]);
    }
    assert.deepEqual(strange('k8s/config'), [resolve('/src/shop/k8s/config')]);
    assert.deepEqual(strange(`\${workspaceFolder}/k8s`), [resolve('/src/shop/k8s')]);
    assert.deepEqual(kubeconfig(`\${env:DIR}/config`), [resolve('/etc/k8s/config')]);
  });

  it('leaves out what is not a path', () => {
    assert.deepEqual(kubeconfig([' ', 7, null, '/a']), [resolve('/a')]);
    assert.deepEqual(kubeconfig({ path: '/a' }), []);
  });
});
