import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Client as ModernClient, StreamableHTTPClientTransport as ModernHttp } from '@modelcontextprotocol/client';
import { StdioClientTransport as ModernStdio } from '@modelcontextprotocol/client/stdio';
import { goBuild } from '../support/go.ts';
import { installPackage } from '../support/npm.ts';
import { installPythonPackage, python } from '../support/python.ts';

/** The ways to reach a server, in the order of the matrix. */
export const WAYS = ['stdio', 'Streamable HTTP', 'without sessions', 'SSE'] as const;
export type Way = (typeof WAYS)[number];

/** The newest revision of each era. */
export const REVISIONS = { legacy: '2025-11-25', modern: '2026-07-28' } as const;
export type Era = keyof typeof REVISIONS;

/** One connection to make. */
export interface Job {
  era: Era;
  over: Way;
  /** The era's newest revision. */
  revision: string;
  url?: string;
  command?: readonly string[];
}

/** What a client got: the revision that it agreed on, if it tells, how many tools, and the text of a call. */
export interface Seen {
  revision: string | undefined;
  tools: number;
  text: string;
}

/** A client that others wrote. */
export interface RealClient {
  name: string;
  version: string;
  /** The eras that it speaks, each over these ways. */
  speaks: Partial<Record<Era, readonly Way[]>>;
  /** Makes each connection, lists the tools and calls one. */
  drive(jobs: readonly Job[]): Promise<Seen[]>;
  /** Installs it, once. */
  install(): Promise<unknown>;
}

const CALL = { name: 'list_resources', arguments: { kind: 'deploy', namespace: 'shop' } };
const EVERY_WAY = { legacy: WAYS };
const WITHOUT_SSE = WAYS.filter((way) => way !== 'SSE');
const BOTH_ERAS = { legacy: WAYS, modern: WITHOUT_SSE };
const HERE = import.meta.dirname;

export const REAL_CLIENTS: readonly RealClient[] = [
  pythonClient('mcp', '1.9.4', EVERY_WAY, 'pydantic<2.12'),
  pythonClient('mcp', '1.30.0', EVERY_WAY),
  pythonClient('mcp', '2.3.0', BOTH_ERAS),
  pythonClient('fastmcp', '4.2.3', BOTH_ERAS),
  typescriptClient('1.12.0'),
  typescriptClient('1.32.2'),
  {
    name: '@modelcontextprotocol/client (TypeScript)',
    version: '2.4.0',
    // Its SSE is in another package.
    speaks: { legacy: WITHOUT_SSE, modern: WITHOUT_SSE },
    install: async () => undefined,
    drive: (jobs) => inTurn(jobs, driveTypescript2),
  },
  {
    name: 'go-sdk',
    version: '1.8.0',
    speaks: BOTH_ERAS,
    install: goClient,
    drive: async (jobs) => JSON.parse(await run(await goClient(), [], JSON.stringify(jobs))),
  },
  {
    name: 'mcp-remote',
    version: '0.15.1',
    speaks: { legacy: ['Streamable HTTP', 'without sessions', 'SSE'] },
    install: () => installPackage('mcp-remote', '0.15.1'),
    drive: driveRemote,
  },
  {
    name: '@modelcontextprotocol/inspector --cli',
    version: '2.12.0',
    speaks: BOTH_ERAS,
    install: () => installPackage('@modelcontextprotocol/inspector', '2.12.0'),
    drive: (jobs) => inTurn(jobs, inspect),
  },
];

function pythonClient(name: string, version: string, speaks: RealClient['speaks'], ...beside: string[]): RealClient {
  const install = () => installPythonPackage(name, version, ...beside);
  return {
    name: `${name} (Python)`,
    version,
    speaks,
    install,
    drive: async (jobs) => {
      const env = { PYTHONPATH: await install(), PYTHONDONTWRITEBYTECODE: '1' };
      return JSON.parse(await run(python, [join(HERE, 'clients', 'python.py'), name], JSON.stringify(jobs), env));
    },
  };
}

function typescriptClient(version: string): RealClient {
  const install = () => installPackage('@modelcontextprotocol/sdk', version);
  return {
    name: '@modelcontextprotocol/sdk (TypeScript)',
    version,
    speaks: EVERY_WAY,
    install,
    drive: async (jobs) => {
      const folder = join(await install(), 'node_modules/@modelcontextprotocol/sdk/dist/esm/client');
      return inTurn(jobs, (job) => driveTypescript1(folder, job));
    },
  };
}

/** The part of the SDK's version 1 that all its releases have. */
interface Sdk1 {
  Client: new (info: object) => Sdk1Client;
  StdioClientTransport: new (options: object) => object;
  SSEClientTransport: new (url: URL) => object;
  StreamableHTTPClientTransport: new (url: URL) => { protocolVersion?: string };
}

interface Sdk1Client {
  connect(transport: object): Promise<void>;
  listTools(): Promise<{ tools: unknown[] }>;
  callTool(call: object): Promise<{ content: Part[] }>;
  close(): Promise<void>;
}

async function sdk1(folder: string): Promise<Sdk1> {
  const names = ['index', 'stdio', 'sse', 'streamableHttp'];
  const modules = await Promise.all(names.map((name) => import(pathToFileURL(join(folder, `${name}.js`)).href)));
  return Object.assign({}, ...modules);
}

async function driveTypescript1(folder: string, job: Job): Promise<Seen> {
  const { Client, StdioClientTransport, SSEClientTransport, StreamableHTTPClientTransport } = await sdk1(folder);
  const url = () => new URL(job.url ?? '');
  const transport =
    job.over === 'stdio'
      ? new StdioClientTransport(commandOf(job))
      : job.over === 'SSE'
        ? new SSEClientTransport(url())
        : new StreamableHTTPClientTransport(url());
  return seenBy(new Client({ name: 'real', version: '1' }), transport);
}

async function seenBy(client: Sdk1Client, transport: object): Promise<Seen> {
  await client.connect(transport);
  const { tools } = await client.listTools();
  const { content } = await client.callTool(CALL);
  // Only some transports keep it.
  const revision = '_protocolVersion' in transport ? String(transport._protocolVersion) : undefined;
  await client.close();
  return { revision, tools: tools.length, text: textsIn(content) };
}

async function driveTypescript2(job: Job): Promise<Seen> {
  const mode = job.era === 'modern' ? { pin: job.revision } : ('legacy' as const);
  const client = new ModernClient({ name: 'real', version: '1' }, { versionNegotiation: { mode } });
  await client.connect(job.over === 'stdio' ? new ModernStdio(commandOf(job)) : new ModernHttp(new URL(job.url ?? '')));
  const { tools } = await client.listTools();
  const { content } = await client.callTool(CALL);
  const revision = client.getNegotiatedProtocolVersion();
  await client.close();
  return { revision, tools: tools.length, text: textsIn(content) };
}

/** It serves stdio, for which it reaches a server over HTTP. */
async function driveRemote(jobs: readonly Job[]): Promise<Seen[]> {
  const program = join(await installPackage('mcp-remote', '0.15.1'), 'node_modules/mcp-remote/dist/proxy.js');
  const folder = join(
    await installPackage('@modelcontextprotocol/sdk', '1.32.2'),
    'node_modules/@modelcontextprotocol/sdk/dist/esm/client',
  );
  return inTurn(jobs, async (job) => {
    const strategy = job.over === 'SSE' ? 'sse-only' : 'http-only';
    const command = [process.execPath, program, job.url ?? '', '--transport', strategy];
    const { revision: _, ...seen } = await driveTypescript1(folder, { ...job, over: 'stdio', command });
    return { revision: undefined, ...seen };
  });
}

async function inspect(job: Job): Promise<Seen> {
  const installed = await installPackage('@modelcontextprotocol/inspector', '2.12.0');
  const script = join(installed, 'node_modules/@modelcontextprotocol/inspector/clients/launcher/build/index.js');
  const over = { stdio: 'stdio', 'Streamable HTTP': 'http', 'without sessions': 'http', SSE: 'sse' }[job.over];
  const target = job.command ? [...job.command] : [job.url ?? ''];
  const ask = async (...method: string[]) => {
    const options = ['--transport', over, '--protocol-era', job.era, '--method', ...method];
    return JSON.parse(await run(process.execPath, [script, '--cli', ...options, '--', ...target]));
  };
  const args = Object.entries(CALL.arguments).map(([key, value]) => `${key}=${value}`);
  const [listed, called] = await Promise.all([
    ask('tools/list'),
    ask('tools/call', '--tool-name', CALL.name, '--tool-arg', ...args),
  ]);
  return { revision: undefined, tools: listed.tools.length, text: textsIn(called.content) };
}

function goClient(): Promise<string> {
  return goBuild(fileURLToPath(new URL('clients/go', import.meta.url)), 'mcp-go-client-1.8.0');
}

/** What a program prints, given its input. @throws with its stderr if it fails. */
async function run(program: string, args: string[], input = '', env: Record<string, string> = {}): Promise<string> {
  const child = spawn(program, args, { env: { ...process.env, ...env }, stdio: 'pipe' });
  child.stdin.on('error', () => undefined).end(input);
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
  if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}: ${stderr}${stdout}`);
  return stdout;
}

async function inTurn(jobs: readonly Job[], drive: (job: Job) => Promise<Seen>): Promise<Seen[]> {
  const all: Seen[] = [];
  for (const job of jobs) all.push(await drive(job));
  return all;
}

function commandOf({ command: [program = '', ...args] = [] }: Job): {
  command: string;
  args: string[];
  stderr: 'ignore';
} {
  return { command: program, args, stderr: 'ignore' };
}

interface Part {
  type: string;
  text?: string;
}

function textsIn(content: readonly Part[]): string {
  return content.map((part) => part.text ?? '').join('');
}
