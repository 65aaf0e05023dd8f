import { type ChildProcess, spawn } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { UserError } from '../apimachinery/errors.ts';
import { isObject, type JsonObject } from '../apimachinery/objects.ts';
import { redactText } from '../text/redact-text.ts';
import { terminalLines } from '../text/terminal-text.ts';
import type { ExecConfig } from './exec-config.ts';
import { type Confinement, pluginFolder, startPinned } from './pins.ts';
import { findProgram, isPath } from './programs.ts';

/** A plugin without an answer by then is killed; one that prompted the user gets as long as device codes are valid. */
const TIMEOUT_MS = 60_000;
const ASKING_TIMEOUT_MS = 15 * 60_000;
/** An unfinished line is reported after this pause, in milliseconds: prompts have no line end. */
const LINE_PAUSE_MS = 200;
/** Limit on a plugin's output; a credential has a few kilobytes. */
const MAX_OUTPUT_BYTES = 1 << 20;
/** Where the messages on stdout end and the credential begins. */
const CREDENTIAL_BEGIN = /^[ \t]*\{/m;
/** How much of its last output is kept for the error. */
const MAX_WORDS = 4_000;
const MAX_ERROR = 500;
/** Variables meant for this process only, which would change how another program runs. */
const OWN_VARIABLES = ['ELECTRON_RUN_AS_NODE', 'NODE_COMPILE_CACHE'];

/** How a credential plugin is run, besides what the kubeconfig says. */
export interface PluginOptions {
  /** Passed to the plugin if the kubeconfig asks for it. */
  cluster: JsonObject;
  confinement: Confinement;
  /** Called with each line as it arrives, such as where to sign in; on stdout, with those before the credential. */
  onLine?: (line: string) => void;
  /** Is it waiting for a person, who may take long? */
  isAsking?: () => boolean;
  /** Ends it; its reason is the error. */
  signal?: AbortSignal;
}

/** From the `status` of an ExecCredential. */
export interface PluginCredential {
  token: string | undefined;
  clientCertificateData: string | undefined;
  clientKeyData: string | undefined;
  /** Expiry, in milliseconds since 1970; infinite: never. */
  expires: number;
}

const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) end(child);
});

/**
 * Runs a credential plugin without a shell and without stdin: it can only prompt elsewhere, such as in a browser.
 * @throws UserError when it cannot be run or prints no credential; contains nothing it printed to stdout.
 */
export async function runCredentialPlugin(exec: ExecConfig, options: PluginOptions): Promise<PluginCredential> {
  const plugin = `the credential plugin "${exec.command}"`;
  if (exec.interactiveMode === 'Always')
    throw new UserError(
      `${plugin} reads what it asks from a terminal (interactiveMode: Always), and here standard input is not a terminal. If it remembers its login, run kubectl once in a terminal; or configure a mode of it that uses a browser or a code, with interactiveMode: IfAvailable`,
    );
  const program = await findProgram(exec.command, options.confinement.places);
  if (program === undefined) throw new UserError(`${plugin} ${await absence(exec)}`);
  if (/\.(?:bat|cmd)$/i.test(program) && process.platform === 'win32')
    throw new UserError(`${plugin} is a batch file, ${program}, which only a shell could run: name a program`);
  const info = exec.provideClusterInfo ? { cluster: await clusterInfo(options.cluster) } : {};
  options.signal?.throwIfAborted();
  const child = await startPinned(exec, options.confinement, () => start(program, exec, info, options));
  const { code, stdout, words } = await finished(child, options);
  options.signal?.throwIfAborted();
  if (code === 'late') {
    const time = options.isAsking?.() ? `${ASKING_TIMEOUT_MS / 60_000} minutes` : `${TIMEOUT_MS / 1000} s`;
    throw new UserError(`${plugin} did not answer within ${time} and was ended${said(words)}`);
  }
  if (code === 'long') throw new UserError(`${plugin} printed too much`);
  if (code !== 0) throw new UserError(`${plugin} failed${said(words) || ': it said nothing'}`);
  return credentialOf(stdout, exec, plugin);
}

function start(
  program: string,
  { args, env, apiVersion }: ExecConfig,
  info: JsonObject,
  { confinement }: PluginOptions,
) {
  const environment: NodeJS.ProcessEnv = { ...process.env };
  for (const name of OWN_VARIABLES) delete environment[name];
  for (const { name, value } of env) environment[name] = value;
  const spec = { interactive: false, ...info };
  environment.KUBERNETES_EXEC_INFO = JSON.stringify({ apiVersion, kind: 'ExecCredential', spec });
  return spawn(program, args, {
    env: environment,
    cwd: pluginFolder(confinement.places),
    stdio: ['ignore', 'pipe', 'pipe'],
    windowsHide: true,
    // A process group, so that its children end with it.
    detached: process.platform !== 'win32',
  });
}

/** What client-go tells a plugin about the cluster. */
async function clusterInfo(cluster: JsonObject): Promise<JsonObject> {
  const fields = ['server', 'tls-server-name', 'insecure-skip-tls-verify', 'proxy-url', 'disable-compression'];
  const info = Object.fromEntries(Object.entries(cluster).filter(([name]) => fields.includes(name)));
  const file = cluster['certificate-authority'];
  const authority = typeof file === 'string' ? (await readFile(file)).toString('base64') : undefined;
  const data = authority ?? cluster['certificate-authority-data'];
  const extensions = Array.isArray(cluster.extensions) ? cluster.extensions.filter(isObject) : [];
  const config = extensions.find(({ name }) => name === 'client.authentication.k8s.io/exec')?.extension;
  return { ...info, ...(data ? { 'certificate-authority-data': data } : {}), ...(config ? { config } : {}) };
}

interface Finished {
  code: number | null | 'late' | 'long' | 'stopped';
  stdout: string;
  words: string;
}

function finished(child: ReturnType<typeof start>, { onLine, isAsking, signal }: PluginOptions): Promise<Finished> {
  running.add(child);
  return new Promise((resolve, reject) => {
    let ended: 'late' | 'long' | 'stopped' | undefined;
    let words = '';
    let size = 0;
    let answers = false;
    const output: Buffer[] = [];
    const [errors, others] = [new Lines(onLine), new Lines(onLine)];
    const stop = (why: 'late' | 'long' | 'stopped') => {
      ended = why;
      end(child);
      // A child that inherited the pipes must not keep them open.
      child.stdout.destroy();
      child.stderr.destroy();
    };
    const stopped = () => stop('stopped');
    signal?.addEventListener('abort', stopped, { once: true });
    let late = setTimeout(() => {
      if (isAsking?.()) late = setTimeout(() => stop('late'), ASKING_TIMEOUT_MS - TIMEOUT_MS);
      else stop('late');
    }, TIMEOUT_MS);
    child.stdout.on('data', (chunk: Buffer) => {
      size += chunk.length;
      output.push(chunk);
      if (size > MAX_OUTPUT_BYTES) return stop('long');
      if (answers) return;
      const text = chunk.toString('utf8');
      const begin = text.search(CREDENTIAL_BEGIN);
      answers = begin >= 0;
      others.add(answers ? text.slice(0, begin) : text);
    });
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      words = (words + chunk).slice(-MAX_WORDS);
      errors.add(chunk);
    });
    const over = () => {
      running.delete(child);
      clearTimeout(late);
      signal?.removeEventListener('abort', stopped);
      errors.end();
      others.end();
    };
    child.once('error', (error) => {
      over();
      reject(error);
    });
    child.once('close', (code) => {
      over();
      resolve({ code: ended ?? code, stdout: Buffer.concat(output).toString('utf8'), words });
    });
  });
}

/** Passes on output line by line, and an unfinished line after a pause. */
class Lines {
  readonly #onLine: ((line: string) => void) | undefined;
  #rest = '';
  #pause: NodeJS.Timeout | undefined;

  constructor(onLine: ((line: string) => void) | undefined) {
    this.#onLine = onLine;
  }

  add(chunk: string): void {
    clearTimeout(this.#pause);
    const lines = (this.#rest + chunk).split(/\r?\n/);
    // Bounds a line that never ends.
    this.#rest = lines.pop()?.slice(0, MAX_WORDS) ?? '';
    for (const line of lines) this.#onLine?.(line);
    if (this.#rest !== '') this.#pause = setTimeout(() => this.end(), LINE_PAUSE_MS);
  }

  end(): void {
    clearTimeout(this.#pause);
    if (this.#rest !== '') this.#onLine?.(this.#rest);
    this.#rest = '';
  }
}

function end(child: ChildProcess): void {
  try {
    if (process.platform === 'win32' || child.pid === undefined) child.kill('SIGKILL');
    else process.kill(-child.pid, 'SIGKILL');
  } catch {
    // It has already ended.
  }
}

async function absence({ command, installHint }: ExecConfig): Promise<string> {
  const elsewhere = isPath(command) ? undefined : await findProgram(command, []);
  if (elsewhere) return `is found in the workspace only, ${elsewhere}, where none is looked for`;
  return `is not installed.${installHint ? ` ${installHint}` : ''}`;
}

// Plugins write for a terminal, sometimes even a credential. The cause of failure comes last.
function said(words: string): string {
  const lines = terminalLines(redactText(words)).map((line) => line.trim());
  const text = lines.filter((line) => line !== '').join('\n');
  return text === '' ? '' : `: ${text.length > MAX_ERROR ? `…${text.slice(-MAX_ERROR)}` : text}`;
}

function credentialOf(stdout: string, { apiVersion }: ExecConfig, plugin: string): PluginCredential {
  const printed = parse(stdout) ?? parse(stdout.slice(Math.max(0, stdout.search(CREDENTIAL_BEGIN))));
  if (!isObject(printed) || printed.kind !== 'ExecCredential')
    throw new UserError(`${plugin} did not print an ExecCredential.`);
  if (printed.apiVersion !== apiVersion)
    throw new UserError(
      `${plugin} is configured to use API version ${apiVersion}, and returned version ${redactText(String(printed.apiVersion)).slice(0, 100)}`,
    );
  if (!isObject(printed.status)) throw new UserError(`${plugin} did not return a status.`);
  const { token, clientCertificateData, clientKeyData, expirationTimestamp } = printed.status;
  const credential = {
    token: filled(token),
    clientCertificateData: filled(clientCertificateData),
    clientKeyData: filled(clientKeyData),
    expires: Math.min(timeOf(expirationTimestamp), endOf(clientCertificateData)),
  };
  if ((credential.clientCertificateData === undefined) !== (credential.clientKeyData === undefined))
    throw new UserError(`${plugin} returned only a certificate or a key, not both.`);
  if (credential.token === undefined && credential.clientKeyData === undefined)
    throw new UserError(`${plugin} returned neither a token nor a certificate with its key.`);
  return credential;
}

function timeOf(timestamp: unknown): number {
  const time = typeof timestamp === 'string' ? Date.parse(timestamp) : Number.NaN;
  return Number.isNaN(time) ? Number.POSITIVE_INFINITY : time;
}

// A certificate expires even if the plugin gives no expiry.
function endOf(certificate: unknown): number {
  try {
    return typeof certificate === 'string'
      ? timeOf(new X509Certificate(certificate).validTo)
      : Number.POSITIVE_INFINITY;
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's message quotes the text, which may contain a token.
    return undefined;
  }
}

function filled(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
