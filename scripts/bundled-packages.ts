import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';

/** A package with code in a bundle. */
export interface BundledPackage {
  folder: string;
  name: string;
  version: string;
  license?: string;
  author?: string | { name: string };
}

const PACKAGE = /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/;

/** The packages with code in an output, and no others, by name. */
export function bundledPackages(metafiles: readonly Metafile[]): BundledPackage[] {
  const outputs = metafiles.flatMap((metafile) => Object.values(metafile.outputs));
  const used = outputs.flatMap(({ inputs }) =>
    Object.entries(inputs).filter(([, { bytesInOutput }]) => bytesInOutput > 0),
  );
  const folders = new Set(used.flatMap(([path]) => PACKAGE.exec(path)?.[0] ?? []));
  const packages = [...folders].map((folder): BundledPackage => {
    const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Omit<BundledPackage, 'folder'>;
    return { ...manifest, folder };
  });
  const once = new Map(packages.map((one) => [`${one.name} ${one.version}`, one]));
  return [...once].sort(([a], [b]) => a.localeCompare(b, 'en')).map(([, one]) => one);
}
