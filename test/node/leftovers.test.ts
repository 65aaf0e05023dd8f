import assert from 'node:assert/strict';
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { createGroups } from '../cluster/node/control-groups.ts';
import { hasProcesses, removeGroup } from '../support/control-groups.ts';
import { eventually } from '../support/until.ts';

interface Place {
  folder: string;
  groups: string[];
  guardian: number;
}

describe('a real node leaves nothing behind', () => {
  let machine: string;
  let parent: ChildProcess;
  let place: Place;
  beforeEach(async () => {
    machine = stateOfMachine();
    parent = spawn(process.execPath, [join(import.meta.dirname, 'abandoned.ts')], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const lines = createInterface({ input: parent.stdout as NonNullable<typeof parent.stdout> });
    const ended = once(parent, 'exit').then(() => Promise.reject(new Error('it ended before it ran')));
    ended.catch(() => {});
    const [line] = await Promise.race([once(lines, 'line'), ended]);
    place = JSON.parse(line);
    assert.notEqual(processesOf(place).length, 0);
  });
  afterEach(() => parent.kill('SIGKILL'));

  it('when it is stopped', async () => {
    parent.kill('SIGTERM');
    await gone(place);
  });

  it('when its parent is killed', async () => {
    parent.kill('SIGKILL');
    await gone(place);
  });

  it('when a program of it crashes, and then the parent', async () => {
    const [first] = processesOf(place);
    process.kill(Number(first), 'SIGKILL');
    parent.kill('SIGKILL');
    await gone(place);
  });

  it('when the guardian itself is killed, except what the next node removes', async () => {
    process.kill(place.guardian, 'SIGKILL');
    // Those of its containers, too: a group that still has one is left to a later node.
    await eventually(
      'the end of its processes',
      () => !place.groups.some(hasProcesses) && namedAfter(place.folder).length === 0,
      30,
    );
    parent.kill('SIGKILL');
    await once(parent, 'exit');
    for (const group of createGroups()) assert.ok(removeGroup(group));
    for (const group of place.groups) assert.ok(!existsSync(group), group);
    assert.equal(stateOfMachine(), machine);
    execFileSync('rm', ['-r', place.folder]);
  });

  async function gone({ folder, groups }: Place): Promise<void> {
    await eventually('the end of its folder', () => !existsSync(folder), 30);
    for (const group of groups) assert.ok(!existsSync(group), group);
    // The last one removes the folder, and then ends.
    await eventually('the end of its processes', () => mountedBy(folder).length + namedAfter(folder).length === 0, 30);
    assert.equal(stateOfMachine(), machine);
  }
});

/** This machine's network devices and mounts. */
function stateOfMachine(): string {
  const links = execFileSync('ip', ['-brief', 'address'], { encoding: 'utf8' });
  return links + readFileSync('/proc/self/mountinfo', 'utf8');
}

/** A node's processes, oldest first. */
function processesOf({ groups }: Place): string[] {
  const [group = ''] = groups;
  if (!existsSync(group)) return [];
  const own = readFileSync(join(group, 'cgroup.procs'), 'utf8').split('\n').filter(Boolean);
  return own.sort((one, other) => Number(one) - Number(other));
}

/** The processes that see a mount of a folder, and those started with its name. */
const mountedBy = (folder: string) => processesWith('mountinfo', folder);
const namedAfter = (folder: string) => processesWith('cmdline', folder);

function processesWith(file: string, text: string): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((id) => {
      try {
        return readFileSync(`/proc/${id}/${file}`, 'utf8').includes(text);
      } catch {
        return false;
      }
    });
}
