import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { promisify } from 'node:util';
import { chromium, type Page } from 'playwright-core';
import { installPackage } from '../../support/npm.ts';

const execute = promisify(execFile);
const npmPackage = { name: '@sparticuz/chromium', version: '153.0.0' };

const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Starts a headless Chromium that the machine has or can get, names it on stderr, and opens an empty page. */
export async function openPage(profileFolder: string): Promise<Page> {
  const { executablePath, source } = await findChromium();
  process.stderr.write(`Chromium: ${executablePath} (${source})\n`);
  const context = await chromium.launchPersistentContext(profileFolder, {
    ...{
      executablePath,
      args: flags,
      artifactsDir: profileFolder,
      viewport: { width: 1400, height: 900 },
      reducedMotion: 'reduce',
    },
    // A signal ends this process, and Chromium with it; Playwright would only close the browser.
    ...{ handleSIGINT: false, handleSIGTERM: false, handleSIGHUP: false },
  });
  // Allows for slow drawing on a busy machine; what never appears still fails.
  context.setDefaultTimeout(60_000);
  return context.pages()[0] ?? context.newPage();
}

interface Found {
  executablePath: string;
  source: string;
}

async function findChromium(): Promise<Found> {
  const sources: [source: string, candidates: () => Promise<string[]>][] = [
    ['CHROMIUM', async () => [process.env.CHROMIUM ?? '']],
    ['the machine', async () => [...onPath(), ...wellKnown()]],
    ["Playwright's cache", async () => [chromium.executablePath()]],
    [`npm package ${npmPackage.name}`, fromNpm],
    ['apt-get install chromium', fromApt],
  ];
  const tried: string[] = [];
  for (const [source, candidates] of sources) {
    try {
      for (const executablePath of await candidates()) {
        if (executablePath && (await works(executablePath))) return { executablePath, source };
      }
      tried.push(source);
    } catch (error) {
      tried.push(`${source} (${error instanceof Error ? error.message : error})`);
    }
  }
  throw new Error(`No working Chromium. Tried: ${tried.join('; ')}. Install one, or name it in CHROMIUM.`);
}

function onPath(): string[] {
  const folders = (process.env.PATH ?? '').split(path.delimiter);
  const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
  return names.flatMap((name) => folders.map((folder) => path.join(folder, name)));
}

function wellKnown(): string[] {
  if (process.platform === 'darwin') {
    return ['Google Chrome', 'Chromium', 'Microsoft Edge'].map(
      (app) => `/Applications/${app}.app/Contents/MacOS/${app}`,
    );
  }
  if (process.platform !== 'win32') return [];
  const roots = [process.env.PROGRAMFILES, process.env['PROGRAMFILES(X86)'], process.env.LOCALAPPDATA];
  const programs = ['Google/Chrome/Application/chrome.exe', 'Microsoft/Edge/Application/msedge.exe'];
  return roots.flatMap((root) => (root ? programs.map((program) => path.join(root, program)) : []));
}

async function fromNpm(): Promise<string[]> {
  if (process.platform !== 'linux' || process.arch !== 'x64') return [];
  const folder = await installPackage(npmPackage.name, npmPackage.version);
  const unpacked: unknown = createRequire(path.join(folder, 'package.json'))(npmPackage.name);
  return [await executableOf(unpacked)];
}

/** The package unpacks its binary and returns the path. */
async function executableOf(module: unknown): Promise<string> {
  const { default: binary } = module as { default: { executablePath(): Promise<string> } };
  return binary.executablePath();
}

async function fromApt(): Promise<string[]> {
  const debian = await readFile('/etc/os-release', 'utf8').then(
    (text) => /^ID(_LIKE)?=.*debian/m.test(text),
    () => false,
  );
  if (!debian || process.getuid?.() !== 0) return [];
  process.stderr.write('apt-get install chromium\n');
  for (const args of [['update'], ['install', '-y', 'chromium']])
    await execute('apt-get', args, { maxBuffer: 64 << 20 });
  return onPath();
}

/** Whether it starts: Ubuntu's `chromium-browser` may be a stub, or shared libraries may be missing. */
async function works(executablePath: string): Promise<boolean> {
  if (!existsSync(executablePath)) return false;
  // Chrome for Windows opens a window instead of printing its version.
  if (process.platform === 'win32') return true;
  return execute(executablePath, ['--version', '--no-sandbox'], { timeout: 20_000 }).then(
    () => true,
    () => false,
  );
}
