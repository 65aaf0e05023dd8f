import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';
import { billOfMaterials } from '../../scripts/bill-of-materials.ts';
import { bundledPackages } from '../../scripts/bundled-packages.ts';
import { changesOf } from '../../scripts/changelog.ts';
import { versions } from '../../scripts/release.ts';
import { thirdPartyNotices } from '../../scripts/third-party-notices.ts';

describe('a release', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mcp-k8s-release-'));
    await package_('b', { name: 'b', version: '2.0.0', license: '(MIT OR Apache-2.0)' }, 'Text of b');
    await package_('@a/a', { name: '@a/a', version: '1.0.0', license: 'MIT', author: { name: 'Ada' } });
    await package_('silent', { name: 'silent', version: '1.0.0' });
  });
  after(() => rm(folder, { recursive: true }));

  async function package_(name: string, manifest: object, license?: string): Promise<void> {
    const place = join(folder, 'node_modules', name);
    await mkdir(place, { recursive: true });
    await writeFile(join(place, 'package.json'), JSON.stringify(manifest));
    if (license !== undefined) await writeFile(join(place, 'LICENSE'), license);
  }

  /** A bundle of these files, with the size of each in bytes. */
  function bundled(files: Record<string, number>) {
    const inputs = Object.entries(files).map(([file, bytesInOutput]) => [
      join(folder, 'node_modules', file).replaceAll('\\', '/'),
      { bytesInOutput },
    ]);
    const output = { inputs: Object.fromEntries(inputs) };
    return bundledPackages([{ inputs: {}, outputs: { 'server.cjs': output } } as unknown as Metafile]);
  }

  it('passes on the licences of what is bundled, and of nothing else', () => {
    const notices = thirdPartyNotices(
      bundled({ 'b/index.js': 1, 'b/lib/more.js': 1, '@a/a/x.js': 1, 'silent/x.js': 0 }),
    );
    assert.match(notices, /-\n\n@a\/a 1\.0\.0 \(MIT\)\nCopyright Ada\n\n-+\n\nb 2\.0\.0 \(.+\)\n\nText of b$/);
    assert.doesNotMatch(notices, /silent/);
    assert.throws(() => thirdPartyNotices(bundled({ 'silent/x.js': 1 })), /silent does not say/);
  });

  it('has one version, whichever file says it', () => {
    assert.equal(new Set(Object.values(versions())).size, 1, JSON.stringify(versions()));
  });

  it('has a bill of materials', () => {
    const bill = JSON.parse(billOfMaterials('0.1.0', bundled({ 'b/index.js': 1, '@a/a/x.js': 1 })));
    assert.equal(bill.metadata.component.purl, 'pkg:npm/mcp-k8s@0.1.0');
    assert.deepEqual(
      bill.components.map(({ purl, licenses }: { purl: string; licenses: unknown }) => [purl, licenses]),
      [
        ['pkg:npm/%40a/a@1.0.0', [{ license: { id: 'MIT' } }]],
        ['pkg:npm/b@2.0.0', [{ expression: '(MIT OR Apache-2.0)' }]],
      ],
    );
  });

  it('says what the changelog has of its version, and needs it to', () => {
    const changelog = '# Changelog\n\n## 1.2.0 - 2026-01-31\n\n### Added\n\n- b\n\n## 1.20.0\n\n- a\n\n## 1.1.0\n';
    assert.equal(changesOf(changelog, '1.2.0'), '### Added\n\n- b\n');
    assert.equal(changesOf(changelog, '1.20.0'), '- a\n');
    assert.throws(() => changesOf(changelog, '1.1.0'), /no section "## 1\.1\.0"/);
    assert.throws(() => changesOf(changelog, '1.2'), /no section/);
  });
});
