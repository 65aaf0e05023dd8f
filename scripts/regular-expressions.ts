/**
 * Fails for a regular expression of src that some text makes slow: texts come from clusters, agents and logs, and
 * everybody waits while one is searched. Analysed, not tried: time that grows faster than the text is reported,
 * wherever the search begins. Literals are read, and what the core puts together is caught as it loads.
 */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'acorn';
import { full } from 'acorn-walk';
import { transformSync } from 'esbuild';
import { analyse } from 'scslre';
import { CONTROL_STRING } from '../src/kubernetes/apimachinery/control-sequences.ts';

const src = join(import.meta.dirname, '..', 'src');
/** It does something as soon as it is loaded. */
const PROGRAM = 'kubernetes/text/worker.ts';

interface Found {
  file: string;
  source: string;
  flags: string;
}

function literals(): Found[] {
  return globSync('**/*.ts', { cwd: src }).flatMap((file) => {
    const { code } = transformSync(readFileSync(join(src, file), 'utf8'), { loader: 'ts', target: 'esnext' });
    const found: Found[] = [];
    full(parse(code, { ecmaVersion: 'latest', sourceType: 'module' }), (node) => {
      if (node.type !== 'Literal' || !('regex' in node)) return;
      const { pattern, flags } = node.regex as { pattern: string; flags: string };
      found.push({ file, source: pattern, flags });
    });
    return found;
  });
}

async function built(): Promise<Found[]> {
  const found: Found[] = [];
  const native = RegExp;
  let file = '';
  globalThis.RegExp = new Proxy(native, {
    construct(target, given: [string, string?]) {
      const { source, flags } = new target(...given);
      // Linear, which the analysis does not see: its test measures it.
      found.push({ file, source: source.replaceAll(CONTROL_STRING, '\\x90'), flags });
      return new target(...given);
    },
  });
  for (file of globSync('kubernetes/**/*.ts', { cwd: src })) if (file !== PROGRAM) await import(join(src, file));
  globalThis.RegExp = native;
  return found;
}

const slow = [...(await built()), ...literals()].flatMap(({ file, source, flags }) => {
  const [report] = analyse({ source, flags }, { maxReports: 1 }).reports;
  if (!report) return [];
  return [
    `src/${file}: the time of /${source}/${flags} grows ${report.exponential ? 'exponentially' : 'faster than the text'}`,
  ];
});
for (const line of slow) console.error(line);
if (slow.length > 0) process.exitCode = 1;
