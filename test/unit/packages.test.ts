import assert from 'node:assert/strict';
import { pluginManifests } from '../../scripts/agent-plugin.ts';
import { zipOf } from '../../scripts/archives.ts';
import { bundleManifest } from '../../scripts/mcp-bundle.ts';
import { npmManifest } from '../../scripts/npm-package.ts';
import { extensionManifest, npmName } from '../../scripts/server-files.ts';

const text = (value: unknown) => JSON.stringify(value);

/** No field that the format does not know: hosts refuse a manifest with one. */
function assertKnown(value: object, known: string): void {
  assert.deepEqual(
    Object.keys(value).filter((key) => !known.split(' ').includes(key)),
    [],
  );
}

describe('the packages of the server', () => {
  const { version, bin } = extensionManifest();

  it('are one version with one entry point', () => {
    const [entry = ''] = Object.values(bin);
    const plugins = pluginManifests();
    for (const manifest of [npmManifest(), bundleManifest(), plugins['mcp.json'], plugins['.mcp.json']])
      assert.ok(text(manifest).includes(entry), text(manifest));
    for (const manifest of [
      npmManifest(),
      bundleManifest(),
      plugins['plugin.json'],
      plugins['.claude-plugin/plugin.json'],
    ])
      assert.ok(text(manifest).includes(`"version":"${version}"`), text(manifest));
  });

  it('have an npm name with a scope, under which the extension itself is never published', () => {
    assert.match(npmName(), /^@[a-z0-9-]+\/[a-z0-9-]+$/);
    assert.equal((extensionManifest() as { private?: boolean }).private, true);
    assertKnown(
      npmManifest(),
      'name version description license author homepage bugs repository keywords mcpName engines bin publishConfig',
    );
  });

  it('have a bundle manifest of the format, which grants nothing by itself', () => {
    const manifest = bundleManifest() as {
      manifest_version: string;
      author: { name: string };
      user_config: Record<string, { default: unknown; required: boolean }>;
    };
    assertKnown(
      manifest,
      'manifest_version name display_name version description license keywords homepage support author repository icon server user_config tools_generated prompts_generated compatibility',
    );
    assert.equal(manifest.manifest_version, '0.3');
    assert.ok(manifest.author.name);
    for (const [name, { default: value, required }] of Object.entries(manifest.user_config)) {
      assert.equal(required, false, name);
      assert.ok(value === false || value === '', `${name}: without a default, hosts hand the placeholder on`);
    }
    const placeholders = [...text(manifest).matchAll(/\$\{user_config\.([^}]+)\}/g)].map(([, name]) => name);
    assert.deepEqual(placeholders.sort(), Object.keys(manifest.user_config).sort());
  });

  it('have plugin manifests of the formats', () => {
    const { 'plugin.json': plugin = {}, 'mcp.json': servers = {} } = pluginManifests();
    assertKnown(plugin, '$schema name version description author homepage repository license keywords extensions');
    assertKnown(servers, '$schema mcpServers');
    const { mcpServers } = servers as { mcpServers: Record<string, object> };
    for (const server of Object.values(mcpServers)) assertKnown(server, 'type command args env cwd');
  });

  it('are the same archive for the same content', async () => {
    const files = new Map([
      ['a/b.txt', 'b'],
      ['c.txt', 'c'],
    ]);
    assert.deepEqual(await zipOf(files), await zipOf(files));
  });
});
