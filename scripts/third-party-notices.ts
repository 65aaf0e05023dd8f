import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';

interface Manifest {
  name: string;
  version: string;
  license?: string;
  author?: string | { name: string };
}

const PACKAGE = /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/;

/**
 * What the licences of bundled packages ask to be passed on: of those of which something ended up in an output, and no others.
 * @throws when a package tells nothing about its licence.
 */
export function thirdPartyNotices(metafiles: readonly Metafile[]): string {
  const outputs = metafiles.flatMap((metafile) => Object.values(metafile.outputs));
  const used = outputs.flatMap(({ inputs }) =>
    Object.entries(inputs).filter(([, { bytesInOutput }]) => bytesInOutput > 0),
  );
  const folders = new Set(used.flatMap(([path]) => PACKAGE.exec(path)?.[0] ?? []));
  const notices = new Map([...folders].map((folder) => noticeOf(folder)));
  const sections = [...notices].sort(([a], [b]) => a.localeCompare(b, 'en')).map(([, text]) => text);
  return ['This extension contains parts of the following packages.', ...sections].join(`\n\n${'-'.repeat(80)}\n\n`);
}

function noticeOf(folder: string): [name: string, text: string] {
  const { name, version, license, author } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
  const files = readdirSync(folder).filter((file) => /^(licen[cs]e|copying|notice)/i.test(file));
  if (!license && files.length === 0) throw new Error(`${name} does not say under which licence it is.`);
  const texts = files.map((file) => readFileSync(join(folder, file), 'utf8').trim());
  const by = typeof author === 'string' ? author : author?.name;
  const title = `${name} ${version} (${license ?? 'see below'})${texts.length === 0 && by ? `\nCopyright ${by}` : ''}`;
  return [`${name} ${version}`, [title, ...texts].join('\n\n')];
}
