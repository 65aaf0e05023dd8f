import { closeSync, fstatSync, mkdirSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { Script } from 'node:vm';
import { crc32 } from 'node:zlib';

/** After a part was loaded, what it runs at first has been compiled; later, V8 forgets what no longer runs. */
const COMPILED_AFTER_MS = 2_000;
/** Of a part's text, which the build writes at its beginning, in a comment. */
const HASH = /^\/\*([0-9a-f]{16})\*\//;
/** Before the code: the text's hash and the code's sum, without which V8 would crash on damaged code. */
const HEADER_LENGTH = 24;
const WRAPPER = '(function (exports, require, module, __filename, __dirname) {';

interface Part {
  script: Script;
  hash: string;
  /** Where its code is kept. */
  file: string;
  /** How much of it is kept, in bytes. */
  kept: number;
}

/**
 * Keeps the compiled code of the parts in a folder. Node's own compile cache keeps what a file compiles when it is
 * loaded; most functions are compiled when they are first called, in a third of the time until the first answer.
 * Whoever can write to the folder decides what runs, so only what belongs to the user is read.
 */
export function keepCompiledCode(parts: string, folder: string): void {
  const { extensions } = createRequire(__filename);
  const load = extensions['.js'];
  const place = join(
    folder,
    [process.versions.v8, process.arch, ...process.execArgv].join(' ').replace(/[^\w.]+/g, '-'),
  );
  const loaded: Part[] = [];
  let isNew = false;
  let timer: NodeJS.Timeout | undefined;
  const keep = () => {
    if (isNew) for (const part of loaded) keepPart(part);
  };
  process.on('exit', keep);
  extensions['.cjs'] = (module, filename) => {
    const text = dirname(filename) === parts ? readFileSync(filename, 'latin1') : '';
    const hash = HASH.exec(text)?.[1];
    if (hash === undefined) return load?.(module, filename);
    const file = join(place, basename(filename));
    const cachedData = keptCode(file, hash);
    const script = new Script(`${WRAPPER}${text}\n})`, { filename, cachedData, columnOffset: -WRAPPER.length });
    const isKept = cachedData !== undefined && !script.cachedDataRejected;
    loaded.push({ script, hash, file, kept: isKept ? cachedData.length : 0 });
    if (!isKept) {
      isNew = true;
      clearTimeout(timer);
      timer = setTimeout(keep, COMPILED_AFTER_MS).unref();
    }
    const run = script.runInThisContext() as (...given: unknown[]) => void;
    run.call(module.exports, module.exports, createRequire(filename), module, filename, parts);
  };
}

/** The code kept for a part with this text; undefined without any. V8 refuses code of other versions and flags. */
function keptCode(file: string, hash: string): Buffer | undefined {
  try {
    const descriptor = openSync(file, 'r');
    try {
      const { uid, mode } = fstatSync(descriptor);
      if (process.getuid && (uid !== process.getuid() || (mode & 0o022) !== 0)) return undefined;
      const content = readFileSync(descriptor);
      const code = content.subarray(HEADER_LENGTH);
      return content.toString('latin1', 0, HEADER_LENGTH) === headerOf(hash, code) ? code : undefined;
    } finally {
      closeSync(descriptor);
    }
  } catch {
    return undefined;
  }
}

function keepPart(part: Part): void {
  const code = part.script.createCachedData();
  if (code.length <= part.kept) return;
  part.kept = code.length;
  try {
    mkdirSync(dirname(part.file), { recursive: true, mode: 0o700 });
    const draft = `${part.file}.${process.pid}`;
    writeFileSync(draft, Buffer.concat([Buffer.from(headerOf(part.hash, code)), code]), { mode: 0o600 });
    renameSync(draft, part.file);
  } catch {
    // The next start is slower.
  }
}

function headerOf(hash: string, code: Uint8Array): string {
  return hash + crc32(code).toString(16).padStart(8, '0');
}
