import { createHash } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { type BuildOptions, build, type Metafile, type OutputFile, type Plugin, transform } from 'esbuild';

interface PartsOptions {
  /** Of the entry point in `dist`, and of the folder beside it. */
  name: string;
  production: boolean;
  /** The first line of the entry point. */
  banner?: string;
  /** The editor's API module, which the editor provides. */
  external?: string;
  /** Lazily imported sources that nearly every session needs, by the name of the file that holds them. */
  together?: Record<string, readonly string[]>;
}

const TO_COMMON_JS = { platform: 'node', target: 'node22', supported: { 'dynamic-import': false } } as const;

/** Parts that become one file: each file costs more time than its few lines. */
interface Group {
  file: string;
  parts: ReadonlySet<string>;
}

/**
 * An entry point that loads its lazy imports from files in a folder of its name, so that a start parses only what it
 * runs: the server starts in half the time of a single file, with 14 MB less. Esbuild splits only ES modules; each part
 * is then converted to CommonJS, which every editor can load and Node loads faster (the server: 201 ms instead of 235
 * to its first answer, the least of 15 runs in turn on a busy machine; a single file: 387).
 */
export function inParts({ name, production, banner = '', external, together = {} }: PartsOptions): BuildOptions {
  const sourcemap = production ? false : 'inline';
  const commonJs: Plugin = {
    name: 'commonjs-parts',
    setup({ onEnd }) {
      onEnd(async ({ errors, metafile, outputFiles = [] }) => {
        if (errors.length > 0 || !metafile) return {};
        rmSync(`dist/${name}`, { recursive: true, force: true });
        mkdirSync(`dist/${name}`, { recursive: true });
        const texts = new Map(outputFiles.map(({ path, text }) => [path, text]));
        const entry = resolve(`dist/${name}.cjs`);
        const groups = groupsOf(entry, together, metafile);
        const grouped = groups.flatMap(({ parts }) => [...parts]);
        const alone = [...texts.keys()].filter((path) => !grouped.includes(path));
        const files = [
          ...groups.map(({ file, parts }) => ({ file, code: joined({ file, parts }, entry, texts, sourcemap) })),
          ...alone.map((file) => ({ file, code: converted(texts.get(file) ?? '', sourcemap) })),
        ];
        let direct = 0;
        for (const { file, code } of files) {
          const linked = fromGroups(file, groups, await code);
          // Copying the API's hundreds of names for each importing file would be most of the activation.
          const copied = `__toESM(require("${external}"))`;
          direct += linked.split(copied).length - 1;
          const whole = linked.replaceAll(copied, `require("${external}")`);
          const text = production
            ? (await transform(whole, { ...TO_COMMON_JS, format: 'cjs', minify: true })).code
            : whole;
          writeFileSync(file, file === entry ? `${banner}${text}` : withHash(asAscii(text)));
        }
        const text = `esbuild imports ${external} in another way than scripts/parts.ts knows`;
        return external && direct === 0 ? { errors: [{ text }] } : {};
      });
    },
  };
  return {
    outdir: 'dist',
    entryNames: name,
    chunkNames: `${name}/[name]-[hash]`,
    outExtension: { '.js': '.cjs' },
    format: 'esm',
    splitting: true,
    sourcemap,
    metafile: true,
    write: false,
    external: external ? [external] : [],
    plugins: [commonJsExports, commonJs],
  };
}

/** With nothing but ASCII, a text takes half the memory, and no decoding. Esbuild leaves regular expressions as they are. */
function asAscii(code: string): string {
  return code.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** Tells compiled code of this text from that of another: see `src/server/launch/kept-code.ts`. */
function withHash(code: string): string {
  return `/*${createHash('sha256').update(code).digest('hex').slice(0, 16)}*/${code}`;
}

/** The entry point and what is loaded together, each with all that it cannot run without. */
function groupsOf(entry: string, together: Record<string, readonly string[]>, { outputs }: Metafile): Group[] {
  const grouped = new Set<string>();
  const groupOf = (file: string, begin: readonly string[]): Group => {
    const parts = new Set(begin.filter((path) => !grouped.has(path)));
    for (const path of parts)
      for (const { kind, path: imported } of outputs[relative('.', path)]?.imports ?? [])
        if (kind === 'import-statement' && outputs[imported] && !grouped.has(resolve(imported)))
          parts.add(resolve(imported));
    for (const path of parts) grouped.add(path);
    return { file, parts };
  };
  const partOf = (source: string) => {
    const [path] = Object.entries(outputs).find(([, { entryPoint }]) => entryPoint === source) ?? [];
    if (path === undefined) throw new Error(`${source} is not imported lazily any longer`);
    return resolve(path);
  };
  return [
    groupOf(entry, [entry]),
    ...Object.entries(together).map(([name, sources]) =>
      groupOf(join(entry.slice(0, -'.cjs'.length), `${name}.cjs`), sources.map(partOf)),
    ),
  ];
}

/** A group's parts as one file. It exports every part under the name of its file, and runs each when it is asked for. */
async function joined(
  { file, parts }: Group,
  entry: string,
  texts: ReadonlyMap<string, string>,
  sourcemap: 'inline' | false,
): Promise<string> {
  // Absolute paths would make the result depend on where it is built.
  const named = (path: string) => withDot(relative(dirname(file), path));
  const others = [...parts].filter((path) => path !== entry);
  if (file === entry && others.length === 0) return converted(texts.get(entry) ?? '', sourcemap);
  const contents =
    file === entry
      ? [
          `export * from '${named(entry)}';`,
          ...others.map((path) => `export * as ${partName(path)} from '${named(path)}';`),
        ]
      : [
          'const made = {};',
          'module.exports = {',
          ...others.map(
            (path) => `get ${partName(path)}() { return (made.${partName(path)} ??= require('${named(path)}')); },`,
          ),
          '};',
        ];
  const { outputFiles } = await build({
    ...{ ...TO_COMMON_JS, bundle: true, format: 'cjs', write: false, sourcemap, logLevel: 'warning' },
    stdin: { contents: contents.join('\n'), resolveDir: dirname(file) },
    plugins: [
      {
        name: 'group',
        setup({ onResolve, onLoad }) {
          onResolve({ filter: /\.cjs$/ }, ({ path: given, importer }) => {
            const path = resolve(dirname(file), importer === '<stdin>' ? '' : dirname(importer), given);
            return parts.has(path) ? { path: named(path), namespace: 'group' } : { path: named(path), external: true };
          });
          onResolve({ filter: /.*/ }, ({ path }) => ({ path, external: true }));
          onLoad({ filter: /.*/, namespace: 'group' }, ({ path }) => ({
            contents: texts.get(resolve(dirname(file), path)) ?? '',
          }));
        },
      },
    ],
  });
  return (outputFiles as OutputFile[])[0]?.text ?? '';
}

async function converted(text: string, sourcemap: 'inline' | false): Promise<string> {
  return (await transform(text, { ...TO_COMMON_JS, format: 'cjs', sourcemap })).code;
}

/** A file that takes the parts of groups from the groups' files. */
function fromGroups(file: string, groups: readonly Group[], code: string): string {
  return code.replace(/require\("(\.[^"]*)"\)/g, (whole, given: string) => {
    const path = resolve(dirname(file), given);
    const group = groups.find(({ parts }) => parts.has(path));
    return group && group.file !== path
      ? `require("${withDot(relative(dirname(file), group.file))}").${partName(path)}`
      : whole;
  });
}

function withDot(path: string): string {
  const portable = path.replaceAll('\\', '/');
  return portable.startsWith('.') ? portable : `./${portable}`;
}

function partName(path: string): string {
  return basename(path, '.cjs').replaceAll('-', '_');
}

/** Names the exports of CommonJS packages: imported lazily as a part of its own, one has only a default export. */
const commonJsExports: Plugin = {
  name: 'commonjs-exports',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^(yaml|vscode-jsonrpc\/node)$/ }, ({ path, kind }) =>
      kind === 'dynamic-import' ? { path, namespace: 'commonjs-exports' } : undefined,
    );
    onLoad({ filter: /.*/, namespace: 'commonjs-exports' }, async ({ path }) => {
      const names = Object.keys(await import(path)).filter((name) => name !== 'default' && name !== 'module.exports');
      return { contents: `export { ${names.join(', ')} } from '${path}';`, resolveDir: process.cwd() };
    });
  },
};
