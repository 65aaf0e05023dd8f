// Runs inside the extension host: VS Code loads this file's bundle and calls run().
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { format } from 'node:util';
import Mocha from 'mocha';
import { page, report, type TestEvent } from './page.ts';
import { originalStack } from './stack.ts';

/** Runs every bundled test file next to this one and reports each result. Rejects if one fails. */
export async function run(): Promise<void> {
  const failures = await runMocha().catch(async (error) => {
    await report({ type: 'failed', title: 'Loading the suite', message: originalStack(error) });
    throw error;
  });
  if (failures > 0) throw new Error(`${failures} failed`);
}

async function runMocha(): Promise<number> {
  process.setSourceMapsEnabled(true);
  const mocha = new Mocha({ ui: 'bdd', timeout: 180_000, reporter: Mocha.reporters.Base });
  if (process.env.MOCHA_GREP) mocha.grep(process.env.MOCHA_GREP);
  for (const file of readdirSync(__dirname, { recursive: true, encoding: 'utf8' }).sort()) {
    if (file.endsWith('.test.cjs')) mocha.addFile(path.join(__dirname, file));
  }
  await mocha.loadFilesAsync();
  mocha.suite.eachTest(keepScreen);
  // In sequence, so they arrive in order.
  let reports = report({ type: 'started' });
  const send = (event: TestEvent) => {
    reports = reports.then(() => report(event));
  };
  // The extension host's console is not visible outside, and ignores plain assignment.
  const log = (...args: unknown[]) => send({ type: 'log', text: format(...args) });
  Object.defineProperty(console, 'log', { value: log });
  const failures = await new Promise<number>((resolve) => {
    mocha
      .run(resolve)
      .on('pass', (test) => send({ type: 'passed', title: test.fullTitle(), milliseconds: test.duration ?? 0 }))
      .on('fail', (test, error) => send({ type: 'failed', title: test.fullTitle(), message: originalStack(error) }))
      .on('pending', (test) => send({ type: 'skipped', title: test.fullTitle() }));
  });
  await reports;
  return failures;
}

/** Captures the screen after a failed test, before its hooks clear it. */
function keepScreen(test: Mocha.Test): void {
  const { fn } = test;
  if (!fn) return;
  test.fn = async function (this: Mocha.Context) {
    try {
      await (fn as Mocha.AsyncFunc).call(this);
    } catch (error) {
      await page.screenshot(`failed-${test.fullTitle().replaceAll(/\W+/g, '-')}`).catch(console.log);
      throw error;
    }
  };
}
