import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readlink } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { Agent } from 'undici';
import { freePorts } from '../cluster/ports.ts';
import type { Cluster } from '../cluster/running-cluster.ts';
import { eventually } from '../support/until.ts';
import { HttpSession } from './http-session.ts';
import { treeMemory } from './memory.ts';
import type { Peer } from './peer.ts';
import { byteSize, milliseconds, type Row } from './report.ts';
import { UNLIMITED } from './servers.ts';
import type { Command } from './session.ts';

export interface HttpLoadInput {
  cluster: Pick<Cluster, 'kubeconfig'>;
  /** Our bundle. */
  script: string;
  peer: Peer;
  home: string;
  /** Concurrent sessions. */
  clients: number;
  /** How long each session makes one call a second. */
  seconds: number;
  progress: (line: string) => void;
}

/** A call that both servers support: one Deployment of the demo seed. */
export interface Target {
  name: string;
  start(port: number): Command;
  call(session: HttpSession): Promise<string>;
}

interface Load {
  /** Calls per second when every client calls again at once. */
  rate: number;
  /** Latency of the once-a-second calls, in milliseconds. */
  median: number;
  p99: number;
  /** Bytes before the first client, after the first and last tenth of the run, at peak, and after the last client. */
  memory: { idle: number; early: number; late: number; peak: number; after: number };
  /** Sockets before the first client, and after all have left. */
  sockets: { before: number; after: number };
}

/** The cost of many concurrent HTTP clients, ours beside the peer. */
export async function httpLoad(input: HttpLoadInput): Promise<Row[]> {
  const { clients, seconds } = input;
  const ours = await load(ourTarget(input), input);
  const theirs = await load(theirTarget(input), input);
  const sessions = `HTTP, ${clients} sessions`;
  const paced = `${sessions}, one call a second each, ${seconds} s`;
  return [
    { name: `${sessions}: calls a second`, ours: ours.rate, other: theirs.rate, format: (value) => value.toFixed(0) },
    { name: `${paced}: median`, ours: ours.median, other: theirs.median, format: milliseconds },
    { name: `${paced}: p99`, ours: ours.p99, other: theirs.p99, format: milliseconds },
    ...(['idle', 'early', 'late', 'peak', 'after'] as const).map((when) => ({
      name: `memory, ${when}`,
      ours: ours.memory[when],
      other: theirs.memory[when],
      format: byteSize,
    })),
    { name: 'sockets, before', ours: ours.sockets.before, other: theirs.sockets.before, format: String },
    { name: 'sockets, when all have gone', ours: ours.sockets.after, other: theirs.sockets.after, format: String },
  ];
}

/** A server that listens. */
export interface Listening<Its = Target> {
  target: Its;
  origin: string;
  pid: number;
}

/** Passes a server that listens to `use`, then ends it. */
export async function serving<Its extends Pick<Target, 'start'>, T>(
  target: Its,
  use: (server: Listening<Its>) => Promise<T>,
): Promise<T> {
  const { port } = await freePorts(['port'] as const);
  const { command, args, env } = target.start(port);
  const child = spawn(command, args, { env, stdio: 'ignore' });
  const origin = `http://127.0.0.1:${port}`;
  try {
    const listens = () =>
      fetch(`${origin}/healthz`).then(
        ({ ok }) => ok,
        () => false,
      );
    await eventually('a server that listens', listens, 20);
    return await use({ target, origin, pid: child.pid ?? 0 });
  } finally {
    await stop(child);
  }
}

function load(target: Target, { clients, seconds, progress }: HttpLoadInput): Promise<Load> {
  return serving(target, async ({ origin, pid }) => {
    const agent = new Agent({ connections: clients, keepAliveTimeout: 60_000 });
    const memory = async () => (await treeMemory(pid)).now;
    const before = await sockets(pid);
    const idle = await memory();
    progress(`${target.name}: ${clients} sessions`);
    const sessions = await Promise.all(Array.from({ length: clients }, () => HttpSession.start(agent, origin)));
    await Promise.all(sessions.map((session) => target.call(session)));
    progress(`${target.name}: as many calls as it can`);
    const rate = await saturate(sessions, target);
    progress(`${target.name}: one call a second each for ${seconds} s`);
    const early = delay(seconds * 100).then(memory);
    const late = delay(seconds * 900).then(memory);
    const durations = (await Promise.all(sessions.map((session) => pace(session, target, seconds))))
      .flat()
      .sort(ascending);
    const peak = (await treeMemory(pid)).peak;
    await Promise.all(sessions.map((session) => session.end()));
    await agent.close();
    // Connections to the API server are meant to stay open for a while.
    await delay(5_000);
    return {
      rate,
      median: durations[Math.floor(durations.length * 0.5)] ?? Number.NaN,
      p99: durations[Math.floor(durations.length * 0.99)] ?? Number.NaN,
      memory: { idle, early: await early, late: await late, peak, after: await memory() },
      sockets: { before, after: await sockets(pid) },
    };
  });
}

async function saturate(sessions: readonly HttpSession[], target: Target): Promise<number> {
  const begin = performance.now();
  const end = begin + 10_000;
  let calls = 0;
  const again = async (session: HttpSession) => {
    while (performance.now() < end) {
      await target.call(session);
      calls += 1;
    }
  };
  await Promise.all(sessions.map(again));
  return calls / ((performance.now() - begin) / 1000);
}

async function pace(session: HttpSession, target: Target, seconds: number): Promise<number[]> {
  const durations: number[] = [];
  // Spread out, not all at once.
  await delay(Math.random() * 1000);
  for (const end = performance.now() + seconds * 1000; performance.now() < end; ) {
    const begin = performance.now();
    await target.call(session);
    durations.push(performance.now() - begin);
    await delay(Math.max(0, begin + 1000 - performance.now()));
  }
  return durations;
}

type TargetInput = Pick<HttpLoadInput, 'cluster' | 'script' | 'peer' | 'home'>;

/** Started as by npx, with its limit lifted. */
export function ourTarget({ cluster, script, home }: TargetInput): Target {
  const options = ['--transport', 'streamable-http', '--kubeconfig', cluster.kubeconfig('admin'), '--rate-limit', '0'];
  return {
    name: 'ours',
    start: (port) => ({
      command: process.execPath,
      args: [script, ...options, '--port', String(port)],
      env: environment(home),
    }),
    call: (session) => session.call('get_resource', { kind: 'Deployment', name: 'web', namespace: 'shop' }),
  };
}

/** With its limits lifted. */
export function theirTarget({ cluster, peer, home }: TargetInput): Target {
  const options = ['--kubeconfig', cluster.kubeconfig('admin'), '--bind-address', '127.0.0.1'];
  return {
    name: 'the peer',
    start: (port) => ({
      command: peer.program,
      args: [...options, '--port', String(port)],
      env: { ...environment(home), ...UNLIMITED },
    }),
    call: (session) =>
      session.call('resources_get', { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web', namespace: 'shop' }),
  };
}

function environment(home: string): Record<string, string> {
  return { PATH: process.env.PATH ?? '', HOME: home, USERPROFILE: home };
}

/** The number of sockets a process has open; NaN where the system does not report it. */
async function sockets(pid: number): Promise<number> {
  const folder = `/proc/${pid}/fd`;
  const names = await readdir(folder).catch(() => undefined);
  if (!names) return Number.NaN;
  const links = await Promise.all(names.map((name) => readlink(`${folder}/${name}`).catch(() => '')));
  return links.filter((link) => link.startsWith('socket:')).length;
}

async function stop(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), 5_000);
  await ended;
  clearTimeout(timer);
}

function ascending(a: number, b: number): number {
  return a - b;
}
