import { basename, dirname } from 'node:path';
import { UserError } from '../apimachinery/errors.ts';
import { LIMITS } from '../apimachinery/limits.ts';
import { counted } from '../apimachinery/texts.ts';
import { decodeText } from '../text/encoding.ts';
import { buildKustomization, type KustomizeProgram } from './kustomize-program.ts';
import { kustomizationIn, stage } from './staging.ts';
import { type Place, WorkspaceTree } from './workspace-tree.ts';

/** A manifest of the workspace, and what made it of which files. */
export interface WorkspaceManifest {
  text: string;
  /** `overlays/prod, built by kustomize`. */
  origin: string;
}

/** How the workspace is read. */
export interface WorkspaceAccess {
  /** The only folder that files and charts are read from; undefined: none. */
  workspace: string | undefined;
  /** @throws UserError that says what to install. */
  kustomize(): Promise<KustomizeProgram>;
}

const MANIFEST = /\.(?:ya?ml|json)$/i;
const MAX_FILES = 500;

/** The manifest that a file, a folder of manifests or a kustomization of the workspace is. @throws UserError */
export async function readWorkspaceManifest(
  path: string,
  { workspace, kustomize }: WorkspaceAccess,
  signal: AbortSignal,
): Promise<WorkspaceManifest> {
  const tree = await WorkspaceTree.of(workspace);
  const found = await tree.find(path);
  // Of the file itself, not of what it may link to.
  const folder = found.isFolder ? found : await tree.find(dirname(path));
  const kustomization = await kustomizationIn(tree, folder);
  if (kustomization !== undefined && (found.isFolder || kustomization === basename(path))) {
    const { text, builder } = await build(tree, folder, kustomize, signal);
    return { text, origin: `${tree.shown(folder.real)}, built by ${builder}` };
  }
  const files = found.isFolder ? await manifestsIn(tree, found) : [found];
  let left: number = LIMITS.manifest.bytes;
  const texts: string[] = [];
  for (const file of files) {
    const content = await tree.read(file, left);
    left -= content.length;
    texts.push(textOf(content, tree.shown(file.real)));
  }
  const count = found.isFolder ? ` (${counted(files.length, 'file')})` : '';
  return { text: texts.join('\n---\n'), origin: `${tree.shown(found.real)}${count}` };
}

/** What the kustomization of a file makes, and which files it loads, without links. @throws UserError */
export async function readKustomization(
  path: string,
  { workspace, kustomize }: WorkspaceAccess,
  signal: AbortSignal,
): Promise<{ text: string; files: ReadonlySet<string> }> {
  const tree = await WorkspaceTree.of(workspace);
  return build(tree, await tree.find(dirname(path)), kustomize, signal);
}

async function build(
  tree: WorkspaceTree,
  folder: Place,
  kustomize: WorkspaceAccess['kustomize'],
  signal: AbortSignal,
): Promise<{ text: string; builder: string; files: ReadonlySet<string> }> {
  await using staging = await stage(tree, folder);
  const program = await kustomize();
  const text = await buildKustomization(program, staging, signal);
  return { text, builder: program.name, files: staging.originals };
}

function textOf(content: Uint8Array, where: string): string {
  try {
    return decodeText(content);
  } catch {
    throw new UserError(`The file ${where} is no text.`);
  }
}

// As kubectl apply reads a folder: not what is in folders below it.
async function manifestsIn(tree: WorkspaceTree, folder: Place): Promise<Place[]> {
  const names = (await tree.names(folder)).filter((name) => MANIFEST.test(name));
  const where = tree.shown(folder.real);
  if (names.length === 0)
    throw new UserError(
      `The folder ${where} has neither a kustomization.yaml nor files that end in .yaml, .yml or .json.`,
    );
  if (names.length > MAX_FILES) throw new UserError(`The folder ${where} has more than ${MAX_FILES} manifests.`);
  return Promise.all(names.map((name) => tree.find(name, folder.real)));
}
