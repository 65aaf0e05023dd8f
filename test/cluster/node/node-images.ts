import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { cacheFolder, makeOnce } from '../../support/cache.ts';
import { PAUSE_IMAGE } from './config.ts';
import { type ImageConfig, type Layer, layerOf, makeLayer, writeImage } from './images.ts';
import type { NodePrograms } from './programs.ts';

/** The names of the images that ship with a cluster. */
export const COREDNS_IMAGE = 'registry.k8s.io/coredns/coredns:test';
export const PROVISIONER_IMAGE = 'docker.io/rancher/local-path-provisioner:test';
export const BUSYBOX_IMAGE = 'docker.io/library/busybox:1.37';
/** See service.mjs; seeds call it `shop/service:1.0`. */
export const SERVICE_IMAGE = 'docker.io/shop/service:1.0';

/** Holds a pod's namespaces and reaps its orphans. */
const PAUSE = 'trap exit TERM INT; while :; do sleep 2147483647 & wait $!; done';
const PATH = 'PATH=/nodejs/bin:/bin';

/** Writes a cluster's images into a folder. */
export async function writeNodeImages(programs: NodePrograms, folder: string): Promise<void> {
  const path = (name: string) => join(folder, name);
  const layer = (name: string) => makeLayer(path(name), path(`${name}.layer`));
  const image = (name: string, reference: string, layers: Layer[], config: ImageConfig) =>
    writeImage(path(`${name}.tar`), reference, layers, config);

  const busybox = writeRoot(path('busybox'), programs.busybox);
  const commands = execFileSync(programs.busybox, ['--list'], { encoding: 'utf8' }).trim().split('\n');
  for (const name of commands) if (name !== 'busybox') symlinkSync('busybox', join(busybox, 'bin', name));
  const shell = await layer('busybox');
  await image('pause', PAUSE_IMAGE, [shell], { Entrypoint: ['/bin/sh', '-c', PAUSE] });
  await image('busybox', BUSYBOX_IMAGE, [shell], { Cmd: ['sh'], Env: [PATH] });

  for (const [program, reference] of [
    [programs.coredns, COREDNS_IMAGE],
    [programs.localPathProvisioner, PROVISIONER_IMAGE],
  ] as const) {
    const name = basename(program);
    writeRoot(path(name), program);
    await image(name, reference, [await layer(name)], { Entrypoint: [`/bin/${name}`] });
  }

  mkdirSync(path('service/app'), { recursive: true });
  copyFileSync(join(import.meta.dirname, 'service.mjs'), path('service/app/service.mjs'));
  const layers = [shell, await nodeLayer(), await layer('service')];
  await image('service', SERVICE_IMAGE, layers, { Entrypoint: ['/nodejs/bin/node', '/app/service.mjs'], Env: [PATH] });
}

/** A Debian file system with the Node running this process, placed as in Node images without a shell. */
export async function nodeLayer(): Promise<Layer> {
  const folder = cacheFolder('cluster', `node-layer-${process.version}-${process.arch}`);
  await makeOnce(folder, async (temporary) => {
    const root = writeRoot(join(temporary, 'root'), process.execPath, 'nodejs/bin');
    const needed = execFileSync('ldd', [process.execPath], { encoding: 'utf8' });
    for (const [path] of needed.matchAll(/\/\S+/g)) {
      mkdirSync(join(root, dirname(path)), { recursive: true });
      copyFileSync(path, join(root, path));
    }
    await makeLayer(root, join(temporary, 'layer.tar'));
    rmSync(root, { recursive: true });
  });
  return layerOf(join(folder, 'layer.tar'));
}

/** A folder that stands for `/`, with one program in it. */
function writeRoot(root: string, program: string, folder = 'bin'): string {
  for (const name of [folder, 'etc', 'root', 'tmp']) mkdirSync(join(root, name), { recursive: true });
  chmodSync(join(root, 'tmp'), 0o1777);
  writeFileSync(join(root, 'etc/passwd'), 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n');
  writeFileSync(join(root, 'etc/group'), 'root:x:0:\nnobody:x:65534:\n');
  const target = join(root, folder, basename(program));
  copyFileSync(program, target);
  chmodSync(target, 0o755);
  return root;
}
