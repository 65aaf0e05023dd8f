import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BundledPackage } from './bundled-packages.ts';

/**
 * The notices that the licences of bundled packages require.
 * @throws when a package has no licence information.
 */
export function thirdPartyNotices(packages: readonly BundledPackage[]): string {
  const title = 'This extension contains parts of the following packages.';
  return [title, ...packages.map(noticeOf)].join(`\n\n${'-'.repeat(80)}\n\n`);
}

function noticeOf({ folder, name, version, license, author }: BundledPackage): string {
  const files = readdirSync(folder).filter((file) => /^(licen[cs]e|copying|notice)/i.test(file));
  if (!license && files.length === 0) throw new Error(`${name} does not say under which licence it is.`);
  const texts = files.map((file) => readFileSync(join(folder, file), 'utf8').trim());
  const by = typeof author === 'string' ? author : author?.name;
  const title = `${name} ${version} (${license ?? 'see below'})${texts.length === 0 && by ? `\nCopyright ${by}` : ''}`;
  return [title, ...texts].join('\n\n');
}
