import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { HttpServer } from '../server/http-process.ts';

/** How long anybody else may wait for a server that is being attacked, in milliseconds. */
const PATIENCE = 100;
/** The most memory that a server may have, in bytes. */
const MAX_MEMORY = 512 << 20;

/**
 * Runs an attack. Meanwhile somebody else asks for `/healthz` and another client pings, again and again: each has to be
 * answered in time, and the server must not grow. What counts is the time for which the server's event loop worked on
 * something else; on a machine that is busy with other things the clock says nothing.
 */
export async function withBystanders<T>(server: HttpServer, attack: () => Promise<T>): Promise<T> {
  const { client } = await server.connect();
  const probes = [() => fetch(server.url('/healthz')).then((answer) => answer.text()), () => client.ping()];
  for (const probe of probes) for (let times = 0; times < 5; times += 1) await probe();
  let over = false;
  let slowest = 0;
  let largest = 0;
  const watch = probes.map(async (probe) => {
    while (!over) {
      const begin = loopTime(server.pid);
      await probe();
      slowest = Math.max(slowest, loopTime(server.pid) - begin);
      largest = Math.max(largest, memoryOf(server.pid));
      await delay(2);
    }
  });
  try {
    return await attack();
  } finally {
    over = true;
    await Promise.all(watch);
    await client.close();
    assert.ok(slowest < PATIENCE, `somebody else waited ${Math.round(slowest)} ms`);
    assert.ok(largest < MAX_MEMORY, `the server had ${largest >> 20} MB`);
  }
}

/** How long the event loop of a process has worked, in milliseconds of processor time; elsewhere than on Linux the clock. */
function loopTime(pid: number): number {
  if (process.platform !== 'linux') return performance.now();
  return Number(readFileSync(`/proc/${pid}/task/${pid}/schedstat`, 'utf8').split(' ')[0]) / 1e6;
}

function memoryOf(pid: number): number {
  if (process.platform !== 'linux') return 0;
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) << 10;
}
