import { execFile } from 'node:child_process';
import { chmod, cp, mkdir, readdir, readFile, stat, symlink } from 'node:fs/promises';
import { delimiter, dirname, join, posix } from 'node:path';
import { promisify } from 'node:util';

/** The result of a Dockerfile: a root file system without its base image, and how to run it. */
export interface Image {
  base: string;
  /** The folder that stands for `/`. */
  root: string;
  user: string;
  env: Record<string, string>;
  labels: Record<string, string>;
  entrypoint: string[];
}

export interface ImageOptions {
  dockerfile: string;
  /** The build context, with a `.dockerignore` that allows files by name. */
  context: string;
  /** An empty folder for the stages. */
  folder: string;
}

/**
 * Builds an image as far as possible without a container engine: runs every COPY and RUN of every stage, in folders and
 * with this process's Node; skips only `npm ci`, as the context's packages are already installed.
 * @throws for an unknown instruction.
 */
export async function buildImage({ dockerfile, context, folder }: ImageOptions): Promise<Image> {
  const allowed = await allowedNames(context);
  const stages = new Map<string, Image>();
  let workdir = '/';
  let image: Image | undefined;
  for (const [name, rest] of instructions(await readFile(dockerfile, 'utf8'))) {
    if (name === 'FROM') {
      const [base = '', , alias = `stage-${stages.size}`] = rest.replace(/^--platform=\S+\s+/, '').split(/\s+/);
      image = { base, root: join(folder, alias), user: '', env: {}, labels: {}, entrypoint: [] };
      workdir = '/';
      stages.set(alias, image);
      await mkdir(image.root);
      continue;
    }
    if (!image) throw new Error(`${name} comes before FROM`);
    const { root } = image;
    if (name === 'WORKDIR') {
      workdir = posix.resolve(workdir, rest);
      await mkdir(join(root, workdir), { recursive: true });
    } else if (name === 'COPY') {
      const [, from, paths = ''] = /^(?:--from=(\S+)\s+)?(.*)$/.exec(rest) ?? [];
      const sources = paths.split(/\s+/);
      const target = sources.pop() ?? '';
      const stage = from === undefined ? undefined : stages.get(from);
      if (from !== undefined && !stage) throw new Error(`there is no stage "${from}"`);
      for (const source of sources) await copy(source, target, stage?.root);
    } else if (name === 'RUN') await run(rest, join(root, workdir));
    else if (name === 'USER') image.user = rest;
    else if (name === 'ENV') image.env = { ...image.env, ...Object.fromEntries([rest.split('=', 2)]) };
    else if (name === 'LABEL') {
      const [, key = '', value = ''] = /^([^=]+)="(.*)"$/.exec(rest) ?? [];
      image.labels[key] = value;
    } else if (name === 'ENTRYPOINT') image.entrypoint = JSON.parse(rest);
    else if (name !== 'EXPOSE' && name !== 'CMD') throw new Error(`${name} is not known here`);
  }
  if (!image) throw new Error('the Dockerfile is empty');
  return image;

  async function copy(source: string, target: string, stage: string | undefined): Promise<void> {
    const { root } = image as Image;
    const into = join(root, posix.resolve(workdir, target));
    const names = source === '.' ? allowed : [source];
    for (const name of names) {
      const path = join(stage ?? context, name);
      if (!stage && !allowed.includes(name)) throw new Error(`${name} is not in the build context`);
      // Of a folder that is named, the content is copied.
      const isInto = source === '.' || (target.endsWith('/') && !(await stat(path)).isDirectory());
      await cp(path, isInto ? join(into, posix.basename(name)) : into, { recursive: true });
    }
  }

  async function run(command: string, cwd: string): Promise<void> {
    if (command.startsWith('npm ci')) {
      await symlink(join(context, 'node_modules'), join(cwd, 'node_modules'), 'junction');
      return;
    }
    const path = [dirname(process.execPath), process.env.PATH].join(delimiter);
    await promisify(execFile)(command, { cwd, shell: true, env: { ...process.env, PATH: path } });
  }
}

/** The paths of all files below a folder. */
export async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => !entry.isDirectory());
  return files.map(({ parentPath, name }) => join(parentPath, name).slice(folder.length)).sort();
}

/** Sets the modes of a folder and everything below it. */
export async function setModes(folder: string, modes: { folders: number; files: number }): Promise<void> {
  await chmod(folder, modes.folders);
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true }))
    await chmod(join(entry.parentPath, entry.name), entry.isDirectory() ? modes.folders : modes.files);
}

function instructions(dockerfile: string): [name: string, rest: string][] {
  const lines = dockerfile.replaceAll(/^\s*#.*\n/gm, '').replaceAll(/\\\n/g, ' ');
  return [...lines.matchAll(/^([A-Z]+)\s+(.+)$/gm)].map(([, name = '', rest = '']) => [name, rest.trim()]);
}

async function allowedNames(context: string): Promise<string[]> {
  const [first, ...rest] = (await readFile(join(context, '.dockerignore'), 'utf8')).trim().split('\n');
  if (first !== '*' || rest.some((line) => !/^![\w.-]+$/.test(line)))
    throw new Error('this .dockerignore is not understood');
  return rest.map((line) => line.slice(1));
}
