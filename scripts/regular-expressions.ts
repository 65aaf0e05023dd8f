/**
 * Fails for a regular expression of src that some text makes slow: texts come from clusters, agents and logs, and
 * everybody waits while one is searched. Analysed, not tried: time that grows faster than the text is reported,
 * wherever the search begins.
 */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'acorn';
import { full } from 'acorn-walk';
import { transformSync } from 'esbuild';
import { analyse } from 'scslre';

const src = join(import.meta.dirname, '..', 'src');
let slow = 0;
for (const file of globSync('**/*.ts', { cwd: src })) {
  const { code } = transformSync(readFileSync(join(src, file), 'utf8'), { loader: 'ts', target: 'esnext' });
  full(parse(code, { ecmaVersion: 'latest', sourceType: 'module' }), (node) => {
    if (node.type !== 'Literal' || !('regex' in node)) return;
    const { pattern, flags } = node.regex as { pattern: string; flags: string };
    const [report] = analyse({ source: pattern, flags }, { maxReports: 1 }).reports;
    if (!report) return;
    slow += 1;
    const growth = report.exponential ? 'exponentially' : 'faster than the text';
    console.error(`src/${file}: the time of /${pattern}/${flags} grows ${growth}`);
  });
}
if (slow > 0) process.exitCode = 1;
