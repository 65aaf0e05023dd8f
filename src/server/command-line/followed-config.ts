import { setInterval } from 'node:timers/promises';
import { messageOf } from '../../kubernetes/apimachinery/errors.ts';
import { deepEqual } from '../../kubernetes/apimachinery/objects.ts';
import { filesFingerprint } from '../../kubernetes/client/files-fingerprint.ts';
import { configFiles, readConfig } from './config.ts';
import {
  CALLER_OPTIONS,
  CLUSTER_OPTIONS,
  CONFIG_OPTIONS,
  type CommandLine,
  type Exit,
  parseCommandLine,
} from './options.ts';

/** How often the files are looked at, in milliseconds. */
const CHECK_INTERVAL_MS = 1_000;

/** How a change of the configuration is taken over. */
export interface ConfigFollower {
  /** @throws Error when it cannot be used while the server runs. */
  apply(options: CommandLine): void;
  log(message: string): void;
}

/** A command line with the configuration that it names. */
export interface Configured {
  options: CommandLine | Exit;
  /** Reads the files again whenever they change; what is not usable leaves everything as it was. */
  follow(follower: ConfigFollower): void;
}

/** Reads the configuration in a file and its drop-in folder. */
export async function openConfig(path: string, args: readonly string[], version: string): Promise<Configured> {
  const look = async () => filesFingerprint([`${path}.d`, ...(await configFiles(path))]);
  const read = async (): Promise<CommandLine | Exit> => {
    try {
      return parseCommandLine(args, version, await readConfig(path, CONFIG_OPTIONS, CALLER_OPTIONS, CLUSTER_OPTIONS));
    } catch (error) {
      return { code: 2, text: `${messageOf(error)}\n` };
    }
  };
  let seen = await look();
  const options = await read();
  let used = options;
  const lookAgain = async ({ apply, log }: ConfigFollower) => {
    const latest = await look();
    if (latest === seen) return;
    seen = latest;
    try {
      const changed = await read();
      if ('code' in changed) throw new Error(changed.text.trim());
      apply(changed);
      const later = needingRestart(used, changed);
      const rest = later.length > 0 ? ` What else has changed needs a restart: ${later.join(', ')}.` : '';
      log(`The changed configuration is used.${rest}`);
      used = changed;
    } catch (error) {
      log(`The changed configuration is not used: ${messageOf(error)}`);
    }
  };
  // One after the other, so that no older content replaces a newer one.
  const follow = async (follower: ConfigFollower) => {
    for await (const _ of setInterval(CHECK_INTERVAL_MS, undefined, { ref: false })) await lookAgain(follower);
  };
  return { options, follow: (follower) => void follow(follower) };
}

function needingRestart(before: CommandLine | Exit, after: CommandLine): string[] {
  if ('code' in before) return [];
  const { permissions: _, callers: __, ...rest } = after;
  return Object.entries(rest).flatMap(([name, value]) =>
    deepEqual(value, before[name as keyof typeof rest]) ? [] : [name],
  );
}
