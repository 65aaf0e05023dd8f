import type { Page } from 'playwright-core';
import { openBridge, windowActions } from './bridge.ts';
import { openInChromium, type VsCodeOptions, type VsCodeWindow } from './browser.ts';
import { findDesktop, openOnDesktop } from './desktop.ts';
import type { TestEvent } from './page.ts';

export interface RunOptions extends VsCodeOptions {
  /** The path that `bundleSuite` returned. */
  testsPath: string;
  /** Runs outside VS Code, alongside the suite; if it fails, the run fails. */
  drive?: (page: Page) => Promise<void>;
  /** Only tests whose title matches. */
  grep?: string;
  /** For the whole run, in milliseconds. */
  timeout?: number;
}

export interface RunResult {
  editor: 'desktop' | 'browser';
  passed: number;
  skipped: string[];
  failures: { title: string; message: string }[];
  milliseconds: number;
}

/** Runs a mocha suite inside a real VS Code: the desktop's if available, else the server's in Chromium. */
export async function runInVsCode(options: RunOptions): Promise<RunResult> {
  const begin = performance.now();
  const result: RunResult = { editor: 'browser', passed: 0, skipped: [], failures: [], milliseconds: 0 };
  const opened = Promise.withResolvers<Page>();
  opened.promise.catch(() => {});
  let started = false;
  const bridge = await openBridge(opened.promise, (event) => {
    started = true;
    record(event, result);
  });
  let window: VsCodeWindow | undefined;
  try {
    const env = { ...options.env, ...bridge.env, MOCHA_GREP: options.grep ?? process.env.MOCHA_GREP };
    ({ window, editor: result.editor } = await open({ ...options, env }));
    opened.resolve(window.page);
    const work = Promise.all([window.exited, options.drive?.(window.page)]);
    const [code] = await within(options.timeout ?? 30 * 60_000, work);
    if (!started) throw new Error(`VS Code ended with code ${code} before the suite started`);
    const ran = result.passed + result.skipped.length + result.failures.length;
    // A filter may leave a suite without tests.
    if (ran === 0 && !options.grep) throw new Error('No test ran');
    if (code !== 0 && result.failures.length === 0) throw new Error(`VS Code ended with code ${code}`);
  } catch (error) {
    opened.reject(error);
    const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
    record({ type: 'failed', title: 'VS Code', message }, result);
    if (window) {
      const { screenshot } = windowActions(window.page);
      await screenshot('failure').catch(() => {});
    }
  } finally {
    await window?.stop();
    bridge.close();
  }
  result.milliseconds = Math.round(performance.now() - begin);
  return result;
}

async function open(options: VsCodeOptions): Promise<{ window: VsCodeWindow; editor: RunResult['editor'] }> {
  const desktop = await findDesktop();
  if ('executable' in desktop) {
    process.stderr.write(`VS Code: ${desktop.executable}\n`);
    return { window: await openOnDesktop(desktop.executable, options), editor: 'desktop' };
  }
  process.stderr.write(`VS Code: the server in Chromium, because ${desktop.missing}\n`);
  return { window: await openInChromium(options), editor: 'browser' };
}

function record(event: TestEvent, result: RunResult): void {
  switch (event.type) {
    case 'started':
      break;
    case 'log':
      console.log(event.text.replace(/^/gm, '    '));
      break;
    case 'passed':
      result.passed++;
      console.log(`  ✓ ${event.title} (${event.milliseconds} ms)`);
      break;
    case 'skipped':
      result.skipped.push(event.title);
      console.log(`  - ${event.title}`);
      break;
    case 'failed':
      result.failures.push({ title: event.title, message: event.message });
      console.log(`  ✗ ${event.title}\n${event.message.replace(/^/gm, '      ')}`);
      break;
  }
}

async function within<T>(milliseconds: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`Not finished after ${milliseconds / 1000} s`)), milliseconds);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}
