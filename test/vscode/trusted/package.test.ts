import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import * as vscode from 'vscode';
import { environment } from '../workspace.ts';

describe('the package', () => {
  const folder = () => vscode.extensions.getExtension('mcp-k8s.mcp-k8s')?.extensionPath ?? '';

  it('is what runs here, from a folder of its own', () => {
    assert.match(basename(folder()), /^mcp-k8s\.mcp-k8s-\d/);
    assert.ok(!environment.vsix.startsWith(folder()), folder());
  });

  it('holds what it needs and nothing else', () => {
    const files = readdirSync(folder(), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) =>
        join(parentPath, name)
          .slice(folder().length + 1)
          .replaceAll('\\', '/'),
      );
    const names = new Set(files.map((file) => file.replace(/^(dist\/\w+)\/[\w-]+\.cjs$/, '$1')));
    assert.deepEqual([...names].sort(), [
      '.vsixmanifest',
      'LICENSE.txt',
      'changelog.md',
      'dist/THIRD-PARTY-NOTICES.txt',
      'dist/extension',
      'dist/extension.cjs',
      'dist/server',
      'dist/server.cjs',
      'dist/webviews/logs.css',
      'dist/webviews/logs.js',
      'dist/webviews/pages.css',
      'dist/webviews/pages.js',
      'l10n/bundle.l10n.zh-cn.json',
      'media/activity-bar.svg',
      'media/icon.png',
      'media/walkthrough/kubeconfig.svg',
      'media/walkthrough/question.svg',
      'media/walkthrough/switch.svg',
      'package.json',
      'package.nls.json',
      'package.nls.zh-cn.json',
      'readme.md',
      'skills/kubernetes-access/SKILL.md',
      'skills/kubernetes-capacity/SKILL.md',
      'skills/kubernetes-rollout/SKILL.md',
      'skills/kubernetes-triage/SKILL.md',
      'skills/kubernetes-upgrade/SKILL.md',
    ]);
    for (const file of files)
      assert.doesNotMatch(readFileSync(join(folder(), file), 'latin1'), /sourceMappingURL=/, file);
  });

  it('brings skills that VS Code offers to its agents', async () => {
    // A command of its own for exactly this question; in no API.
    const found =
      await vscode.commands.executeCommand<{ uri: { path: string }; type: string }[]>('_listExtensionPromptFiles');
    const skills = found.filter(({ type }) => type === 'skill').map(({ uri }) => uri.path);
    assert.deepEqual(
      skills
        .filter((path) => path.startsWith(folder()))
        .map((path) => basename(dirname(path)))
        .sort(),
      ['access', 'capacity', 'rollout', 'triage', 'upgrade'].map((name) => `kubernetes-${name}`),
    );
  });

  it('has pictures in its README that show wherever it is read', () => {
    const readme = readFileSync(join(folder(), 'readme.md'), 'utf8');
    const pictures = [...readme.matchAll(/!\[[^\]]+\]\(([^)]+)\)/g)].map(([, address = '']) => address);
    assert.ok(pictures.length > 0);
    for (const address of pictures) assert.match(address, /^https:\/\/github\.com\/mcp-k8s\/mcp-k8s\/raw\/.+\.png$/);
  });

  it('is under 3 MB', () => {
    const { size } = statSync(environment.vsix);
    console.log(`VSIX: ${Math.round(size / 1024)} KiB`);
    assert.ok(size < 3_000_000, String(size));
  });

  it('passes on the licences of what is bundled, and of nothing else', () => {
    const notices = readFileSync(join(folder(), 'dist', 'THIRD-PARTY-NOTICES.txt'), 'utf8');
    for (const name of [
      '@kubernetes/client-node',
      '@modelcontextprotocol/sdk',
      'undici',
      'yaml',
      'zod',
      'vscode-jsonrpc',
    ])
      assert.match(notices, new RegExp(`^${name} \\d+\\.\\d+\\.\\d+ \\(.+\\)$`, 'm'));
    assert.doesNotMatch(notices, /^(mocha|playwright-core|esbuild|typescript|express) \d/m);
  });
});
