// Runs inside the extension host: VS Code loads the bundle of this file and calls run().
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { format } from 'node:util';
import Mocha from 'mocha';
import { report } from './page.ts';

/** Runs every bundled test file beside this one and reports each result. Rejects if one fails. */
export async function run(): Promise<void> {
  process.setSourceMapsEnabled(true);
  const mocha = new Mocha({ ui: 'bdd', timeout: 60_000, reporter: Mocha.reporters.Base });
  if (process.env.MOCHA_GREP) mocha.grep(process.env.MOCHA_GREP);
  for (const file of readdirSync(__dirname, { recursive: true, encoding: 'utf8' }).sort()) {
    if (file.endsWith('.test.cjs')) mocha.addFile(path.join(__dirname, file));
  }
  await report({ type: 'started' });
  const reports: Promise<void>[] = [];
  // The extension host's own console is not seen outside.
  console.log = (...args: unknown[]) => {
    reports.push(report({ type: 'log', text: format(...args) }));
  };
  const failures = await new Promise<number>((resolve) => {
    mocha
      .run(resolve)
      .on('pass', (test) => {
        reports.push(report({ type: 'passed', title: test.fullTitle(), milliseconds: test.duration ?? 0 }));
      })
      .on('fail', (test, error: Error) => {
        reports.push(report({ type: 'failed', title: test.fullTitle(), message: error.stack ?? String(error) }));
      })
      .on('pending', (test) => {
        reports.push(report({ type: 'skipped', title: test.fullTitle() }));
      });
  });
  await Promise.all(reports);
  if (failures > 0) throw new Error(`${failures} failed`);
}
