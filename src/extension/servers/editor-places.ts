import { randomBytes } from 'node:crypto';
import { rmdirSync, rmSync } from 'node:fs';
import { chmod, lstat, mkdir, readdir, readFile, rename, rm, rmdir, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { dirname, join } from 'node:path';
import { messageOf } from '../../kubernetes/apimachinery/errors.ts';
import { EDITOR_PLACE_NAME, EDITORS_VARIABLE, type EditorPlace } from '../../protocol.ts';
import type { ServerDefinition } from '../settings/server-definition.ts';
import type { EditorChannel } from './editor-channel.ts';

/**
 * Word of this window for servers that a host starts by itself, such as VS Code's Agent Host: for each definition that
 * this window offers, a file that only the user can read. It goes when the definition or the window does, so that a
 * server with settings of yesterday finds nobody.
 */
export class EditorPlaces {
  readonly #root: string;
  readonly #channel: Pick<EditorChannel, 'place' | 'withdraw'>;
  readonly #warn: (message: string) => void;
  /** This window's name in every folder. */
  readonly #name = randomBytes(16).toString('hex');
  /** By folder. */
  readonly #places = new Map<string, EditorPlace>();
  #wanted: readonly string[] = [];
  #turn: Promise<void>;

  constructor(root: string, channel: Pick<EditorChannel, 'place' | 'withdraw'>, warn: (message: string) => void) {
    this.#root = root;
    this.#channel = channel;
    this.#warn = warn;
    // Windows that crashed left theirs.
    this.#turn = sweep(root);
  }

  /** From now on this window answers for these servers, and for no others. Resolves when servers can find it. */
  offer(definitions: readonly Pick<ServerDefinition, 'env'>[]): Promise<void> {
    this.#wanted = definitions.flatMap(({ env }) => env[EDITORS_VARIABLE] ?? []);
    return this.renew();
  }

  /** Makes this window the first to be asked: the newest file is. */
  renew(): Promise<void> {
    const written = this.#turn.then(() => this.#write());
    this.#turn = written.catch((error: unknown) =>
      this.#warn(`Servers that others start cannot find this window: ${messageOf(error)}`),
    );
    return this.#turn;
  }

  dispose(): void {
    this.#wanted = [];
    for (const folder of this.#places.keys()) this.#withdraw(folder);
  }

  async #write(): Promise<void> {
    for (const folder of this.#places.keys()) if (!this.#wanted.includes(folder)) this.#withdraw(folder);
    for (const folder of this.#wanted) await this.#leaveWord(folder);
  }

  async #leaveWord(folder: string): Promise<void> {
    // The socket may have moved since.
    const place = await this.#channel.place(this.#places.get(folder)?.token);
    this.#places.set(folder, place);
    for (const path of [this.#root, folder]) await makeOwn(path);
    const path = join(folder, this.#name);
    // Never half of it.
    await writeFile(`${path}.new`, JSON.stringify(place), { mode: 0o600 });
    await rename(`${path}.new`, path);
    // Ended meanwhile.
    if (!this.#wanted.includes(folder)) this.#withdraw(folder);
  }

  #withdraw(folder: string): void {
    const place = this.#places.get(folder);
    if (place) this.#channel.withdraw(place);
    this.#places.delete(folder);
    try {
      rmSync(join(folder, this.#name), { force: true });
      rmdirSync(folder);
    } catch {
      // Another window's file is in it.
    }
  }
}

/** A folder for its owner only. @throws when it is something else. */
async function makeOwn(path: string): Promise<void> {
  await mkdir(path, { recursive: true, mode: 0o700 });
  if (!(await lstat(path)).isDirectory()) throw new Error(`${path} is not a folder`);
  await chmod(path, 0o700);
}

/** Removes the files of windows that do not listen any more. */
async function sweep(root: string): Promise<void> {
  const files = await readdir(root, { recursive: true, withFileTypes: true }).catch(() => []);
  for (const file of files.filter((entry) => entry.isFile() && EDITOR_PLACE_NAME.test(entry.name))) {
    const path = join(file.parentPath, file.name);
    if (await isHeard(path)) continue;
    await rm(path, { force: true }).catch(() => undefined);
    await rmdir(dirname(path)).catch(() => undefined);
  }
}

async function isHeard(path: string): Promise<boolean> {
  try {
    const { socket }: EditorPlace = JSON.parse(await readFile(path, 'utf8'));
    await new Promise<void>((resolve, reject) => {
      const probe = connect(socket, () => resolve(void probe.destroy())).once('error', reject);
    });
    return true;
  } catch {
    return false;
  }
}
