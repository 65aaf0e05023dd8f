import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { HttpServer } from '../server/http-process.ts';
import { Pace } from '../support/load.ts';

/** The longest another client may wait while the server is attacked, in milliseconds. */
const PATIENCE = 100;
/** How often the machine's pace is looked at, in milliseconds. */
const PACE_EVERY = 50;
/** How long each waits between two of its requests, in milliseconds: far below `PATIENCE`, and no load of its own. */
const PROBE_EVERY = 5;
/** The most memory the server may use, in bytes. */
const MAX_MEMORY = 512 << 20;

/**
 * Runs an attack while one client polls `/healthz` and another pings: each must be answered in time, and the server
 * must not grow. Waiting is measured as the processor time the server's event loop spent on other work, at the pace of
 * this machine meanwhile, because the clock says nothing on a busy machine.
 */
export async function withBystanders<T>(server: HttpServer, attack: () => Promise<T>): Promise<T> {
  const { client } = await server.connect();
  const probes = [() => fetch(server.url('/healthz')).then((answer) => answer.text()), () => client.ping()];
  for (const probe of probes) for (let times = 0; times < 5; times += 1) await probe();
  const pace = new Pace();
  const pacing = setInterval(() => pace.sample(), PACE_EVERY);
  let over = false;
  let slowest = 0;
  let largest = 0;
  const watch = probes.map(async (probe) => {
    while (!over) {
      const begin = loopTime(server.pid);
      await probe();
      slowest = Math.max(slowest, loopTime(server.pid) - begin);
      largest = Math.max(largest, memoryOf(server.pid));
      await delay(PROBE_EVERY);
    }
  });
  try {
    return await attack();
  } finally {
    over = true;
    clearInterval(pacing);
    await Promise.all(watch);
    await client.close();
    const waited = slowest / pace.factor;
    assert.ok(waited < PATIENCE, `somebody else waited ${Math.round(waited)} ms`);
    assert.ok(largest < MAX_MEMORY, `the server had ${largest >> 20} MB`);
  }
}

/** How long a process's event loop has worked, in milliseconds of processor time; wall-clock time except on Linux. */
function loopTime(pid: number): number {
  if (process.platform !== 'linux') return performance.now();
  return Number(readFileSync(`/proc/${pid}/task/${pid}/schedstat`, 'utf8').split(' ')[0]) / 1e6;
}

function memoryOf(pid: number): number {
  if (process.platform !== 'linux') return 0;
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) << 10;
}
