import { posix } from 'node:path';
import { isObject } from '../../kubernetes/apimachinery/objects.ts';
import { partsOf } from '../../kubernetes/kustomize/references.ts';
import { NAMES } from '../../kubernetes/kustomize/staging.ts';
import { readValue } from '../../kubernetes/text/reading.ts';
import { kindsIn } from '../documents/manifest-text.ts';

/** A file that makes objects out of others. */
interface KustomizationFile {
  path: string;
  /** Makes objects only as a part of another one. */
  isComponent: boolean;
  /** What it names; undefined while it cannot be read. */
  names: ReadonlySet<string> | undefined;
}

/** Longer texts are not read, in characters. */
const MAX_TEXT_LENGTH = 500_000;

/** The kustomizations of a workspace, and which files are only parts of them. */
export class KustomizationFiles {
  readonly #files: readonly KustomizationFile[];
  readonly #parts: ReadonlySet<string>;
  readonly #unread: readonly string[];

  private constructor(files: readonly KustomizationFile[]) {
    this.#files = files;
    this.#parts = new Set(files.flatMap(({ path, names }) => [path, ...(names ?? [])]));
    this.#unread = files.flatMap(({ path, names }) => (names ? [] : [`${posix.dirname(path)}/`]));
  }

  /** Those among files with a name of a kustomization, by path; a text that could not be read is undefined. */
  static async of(texts: ReadonlyMap<string, string | undefined>): Promise<KustomizationFiles> {
    const files = await Promise.all([...texts].map(([path, text]) => kustomizationFile(path, text)));
    return new KustomizationFiles(files.filter((file) => file !== undefined));
  }

  /** Those that make whole objects: one a folder. */
  get whole(): string[] {
    const whole = this.#files.filter(({ isComponent }) => !isComponent);
    return [...new Map(whole.map(({ path }) => [posix.dirname(path), path])).values()];
  }

  /** The whole ones below a folder that are no base of another one there: all of them together make everything once. */
  rootsBelow(folder: string): string[] {
    const below = this.#files.filter(({ path }) => isIn(path, folder));
    const bases = new Set(below.flatMap(({ names }) => [...(names ?? [])]));
    return this.whole.filter((path) => isIn(path, folder) && !bases.has(posix.dirname(path)));
  }

  /** Is the file one of them, or loaded by one? What an unreadable one loads is not known: all below its folder. */
  isPart(path: string): boolean {
    return this.#parts.has(path) || this.#unread.some((folder) => path.startsWith(folder));
  }
}

function isIn(path: string, folder: string): boolean {
  return path.startsWith(folder.endsWith('/') ? folder : `${folder}/`);
}

/** What a file is: an object of a cluster may have the name, too, such as Flux's Kustomization. */
export function kustomizationKind(path: string, text: string): 'Kustomization' | 'Component' | undefined {
  if (!NAMES.includes(posix.basename(path))) return undefined;
  const kinds = kindsIn(text);
  if (kinds.some(({ apiVersion }) => !apiVersion.startsWith('kustomize.config.k8s.io/'))) return undefined;
  return kinds.some(({ kind }) => kind === 'Component') ? 'Component' : 'Kustomization';
}

async function kustomizationFile(path: string, text: string | undefined): Promise<KustomizationFile | undefined> {
  if (text === undefined || text.length > MAX_TEXT_LENGTH) return { path, isComponent: false, names: undefined };
  const kind = kustomizationKind(path, text);
  return kind && { path, isComponent: kind === 'Component', names: await namesIn(path, text) };
}

async function namesIn(path: string, text: string): Promise<ReadonlySet<string> | undefined> {
  const value = await readValue(text, path).catch(() => undefined);
  if (!isObject(value)) return undefined;
  return new Set(partsOf(value).map((name) => posix.join(posix.dirname(path), name).replace(/(?<=.)\/$/, '')));
}
