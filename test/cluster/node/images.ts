import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const exec = promisify(execFile);

/** An image layer: an archive and its digest. */
export interface Layer {
  file: string;
  digest: string;
}

/** What an image runs, as in a container image's configuration. */
export interface ImageConfig {
  Env?: string[];
  Entrypoint?: string[];
  Cmd?: string[];
  User?: string;
  WorkingDir?: string;
}

/** Archives a folder that stands for `/` as a layer, with root as the owner of everything. */
export async function makeLayer(root: string, file: string): Promise<Layer> {
  const same = ['--sort=name', '--owner=0', '--group=0', '--numeric-owner', '--mtime=@0'];
  await exec('tar', [...same, '-cf', file, '-C', root, '.']);
  return layerOf(file);
}

/** An existing archive. */
export function layerOf(file: string): Layer {
  return { file, digest: createHash('sha256').update(readFileSync(file)).digest('hex') };
}

/** Writes an image as a `docker save` archive, which every container runtime imports. */
export async function writeImage(file: string, name: string, layers: Layer[], config: ImageConfig): Promise<void> {
  const folder = `${file}.parts`;
  mkdirSync(folder, { recursive: true });
  const content = JSON.stringify({
    architecture: { x64: 'amd64' }[process.arch as string] ?? process.arch,
    os: 'linux',
    config,
    rootfs: { type: 'layers', diff_ids: layers.map(({ digest }) => `sha256:${digest}`) },
  });
  writeFileSync(join(folder, 'config.json'), content);
  for (const { file, digest } of layers) symlinkSync(file, join(folder, `${digest}.tar`));
  const manifest = [{ Config: 'config.json', RepoTags: [name], Layers: layers.map(({ digest }) => `${digest}.tar`) }];
  writeFileSync(join(folder, 'manifest.json'), JSON.stringify(manifest));
  await exec('tar', ['--dereference', '-cf', file, '-C', folder, '.']);
  rmSync(folder, { recursive: true });
}
