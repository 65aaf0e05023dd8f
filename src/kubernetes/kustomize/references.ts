import { UserError } from '../apimachinery/errors.ts';
import { isObject } from '../apimachinery/objects.ts';

/** What a kustomization loads: files only, or files and folders with kustomizations of their own. */
export interface References {
  files: string[];
  bases: string[];
}

/** Programs, or what runs as one: none of it is part of a manifest. */
const REFUSED = [
  'generators',
  'transformers',
  'validators',
  'helmCharts',
  'helmChartInflationGenerator',
  'helmGlobals',
];
const BASES = ['resources', 'bases', 'components'];
const FILES = ['crds', 'configurations'];
/** What may name a file by `path`. */
const WITH_PATH = ['patches', 'patchesJson6902', 'replacements', 'openapi'];
const GENERATORS = ['configMapGenerator', 'secretGenerator'];
const MAX_SHOWN = 200;

/**
 * The paths of a kustomization, relative to its folder.
 * @throws UserError for what would run a program or load something from elsewhere.
 */
export function referencesOf(kustomization: unknown, where: string): References {
  const refused = REFUSED.find((field) => valuesOf(kustomization, field).length > 0);
  if (refused !== undefined)
    throw new UserError(
      `${where} has ${refused}, which are not built here: no plugin, function or chart is run. The user can build it and pass the result as manifest.`,
    );
  const { files, bases } = namedBy(kustomization);
  for (const entry of [...files, ...bases]) assertLocal(entry, where);
  return { files: [...new Set(files)], bases: [...new Set(bases)] };
}

/** Everything that a kustomization names as a file or a folder, whether it can be built or not. */
export function partsOf(kustomization: unknown): string[] {
  const { files, bases } = namedBy(kustomization);
  return [...files, ...bases, ...REFUSED.flatMap((field) => textsOf(kustomization, field))];
}

function namedBy(kustomization: unknown): References {
  const generators = GENERATORS.flatMap((field) => valuesOf(kustomization, field)).flat();
  // A file may be given a key: `app.conf=config/app.conf`.
  const keyed = generators.flatMap((generator) => textsOf(generator, 'files'));
  const withPath = WITH_PATH.flatMap((field) => valuesOf(kustomization, field)).flat();
  const files = [
    ...FILES.flatMap((field) => textsOf(kustomization, field)),
    ...textsOf(kustomization, 'patchesStrategicMerge').filter((entry) => !isInline(entry)),
    ...withPath.flatMap((member) => textsOf(member, 'path')),
    ...generators.flatMap((generator) => ['envs', 'env'].flatMap((field) => textsOf(generator, field))),
    ...keyed.map((entry) => entry.slice(entry.indexOf('=') + 1)),
  ];
  return { files, bases: BASES.flatMap((field) => textsOf(kustomization, field)) };
}

function textsOf(value: unknown, field: string): string[] {
  return valuesOf(value, field)
    .flat()
    .filter((entry) => typeof entry === 'string');
}

// Go takes a key for a field in any case.
function valuesOf(value: unknown, field: string): unknown[] {
  const folded = (text: string) => text.toUpperCase().toLowerCase();
  return Object.entries(isObject(value) ? value : {}).flatMap(([key, found]) =>
    folded(key) === folded(field) ? [found] : [],
  );
}

/** Patches may be written out instead of named. */
function isInline(entry: string): boolean {
  return entry.includes('\n');
}

// What is no plain relative path may be an address to kustomize, even where a file has that name.
function assertLocal(entry: string, where: string): void {
  const isPlain = /^[^:?@\\~\p{Cc}]+$/u.test(entry) && !/^[/-]|\/\/|^github\.com(?:\/|$)/i.test(entry);
  if (!isPlain)
    throw new UserError(
      `${where} loads ${JSON.stringify(entry.slice(0, MAX_SHOWN))}, which is no file or folder of the workspace: nothing is loaded from elsewhere. The user can build it and pass the result as manifest.`,
    );
}
