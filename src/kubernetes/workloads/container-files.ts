import { posix } from 'node:path';
import { UserError } from '../apimachinery/errors.ts';
import type { ApiClient } from '../client/client.ts';
import { shortened } from '../text/shortened.ts';
import { type ExecRequest, type ExecResult, exec } from './exec.ts';

/** A file in a container. */
export interface ContainerFile extends Omit<ExecRequest, 'command'> {
  path: string;
}

/** The largest file that is copied, in bytes. */
export const MAX_FILE = 512 << 10;

const BLOCK = 512;
/** tar reads whole records. */
const RECORD = 20 * BLOCK;

/**
 * The path as it is used, which is absolute and holds no `..`: what is shown is what is meant.
 * @throws UserError for any other.
 */
export function assertFilePath(path: string): void {
  if (!path.startsWith('/') || posix.normalize(path) !== path || path.endsWith('/') || /\p{Cc}/u.test(path))
    throw new UserError(
      `The path of a file in a container is absolute, without . and .. in it, such as /etc/app.conf; not ${JSON.stringify(path.slice(0, 200))}.`,
    );
}

/** Reads a file, with `cat` or, where there is none, with `tar`. @throws UserError where it cannot be read. */
export async function readContainerFile(client: ApiClient, { path, ...place }: ContainerFile): Promise<Buffer> {
  const direct = await exec(client, { ...place, command: ['cat', path] });
  if (!isMissing(direct)) return contentOf(direct, path);
  const archive = await exec(client, {
    ...place,
    command: ['tar', '-cf', '-', '-C', posix.dirname(path), `./${posix.basename(path)}`],
  });
  if (isMissing(archive)) throw noProgram('cat', 'tar');
  return fileIn(contentOf(archive, path), path);
}

/** Writes a file, with `sh` and `head` or, where there is no shell, with `tar`. @throws UserError where it cannot be. */
export async function writeContainerFile(
  client: ApiClient,
  { path, ...place }: ContainerFile,
  content: Buffer,
): Promise<void> {
  // As arguments of the script, path and size are no part of it. head ends without an end of stdin.
  const script = ['sh', '-c', 'head -c "$2" >"$1" && wc -c <"$1"', 'sh', path, String(content.length)];
  const direct = await exec(client, { ...place, command: script, stdin: content });
  if (!isMissing(direct)) {
    const written = Number(contentOf(direct, path).toString());
    if (written !== content.length)
      throw new UserError(`${path} was not written whole: it has ${written} of ${content.length} bytes.`);
    return;
  }
  const command = ['tar', '-xmf', '-', '-C', posix.dirname(path)];
  const unpacked = await exec(client, {
    ...place,
    command,
    stdin: archiveOf(posix.basename(path), content),
    endsStdin: true,
  });
  if (isMissing(unpacked)) throw noProgram('sh', 'tar');
  contentOf(unpacked, path);
}

/** The content of the only file in a tar archive. @throws UserError for anything but a file. */
export function fileIn(archive: Buffer, path: string): Buffer {
  const type = String.fromCharCode(archive[156] ?? 0);
  const size = Number.parseInt(archive.toString('latin1', 124, 136), 8);
  if (archive.length < BLOCK || !['0', '\0'].includes(type) || !(size <= archive.length - BLOCK))
    throw new UserError(
      `${path} is ${type === '2' || type === '1' ? 'a link' : type === '5' ? 'a folder' : 'no file'}: name the file itself.`,
    );
  return archive.subarray(BLOCK, BLOCK + size);
}

/** A tar archive of one file. */
export function archiveOf(name: string, content: Buffer): Buffer {
  const header = Buffer.alloc(BLOCK);
  if (Buffer.byteLength(name) > 100) throw new UserError('The name of the file has more than 100 bytes.');
  const octal = (value: number, length: number) => value.toString(8).padStart(length - 1, '0');
  header.write(name, 0);
  header.write(octal(0o644, 8), 100);
  header.write(octal(0, 8), 108);
  header.write(octal(0, 8), 116);
  header.write(octal(content.length, 12), 124);
  header.write(octal(0, 12), 136);
  header.write('        ', 148);
  header.write('0', 156);
  header.write('ustar\x0000', 257);
  header.write(
    octal(
      header.reduce((sum, byte) => sum + byte, 0),
      7,
    ),
    148,
  );
  header[155] = 0x20;
  const length = Math.ceil((2 * BLOCK + BLOCK + content.length) / RECORD) * RECORD;
  return Buffer.concat([header, content], length);
}

/** The output of a command that succeeded. @throws UserError with what it said. */
function contentOf({ stdout, stderr, end }: ExecResult, path: string): Buffer {
  if ('exitCode' in end && end.exitCode === 0) {
    if (stdout.length <= MAX_FILE + RECORD) return stdout;
    throw tooLarge(path);
  }
  if ('stopped' in end && end.stopped === 'output') throw tooLarge(path);
  const said = 'problem' in end ? end.problem : 'stopped' in end ? 'it did not end in time' : stderr.toString('utf8');
  throw new UserError(`${path} could not be copied: ${shortened(said.trim(), 500) || 'the command failed'}`);
}

function isMissing({ end }: ExecResult): boolean {
  return 'problem' in end && /executable file not found|no such file or directory/.test(end.problem);
}

function tooLarge(path: string): UserError {
  return new UserError(`${path} has more than ${MAX_FILE} bytes, which is the most that is copied.`);
}

function noProgram(first: string, second: string): UserError {
  return new UserError(
    `The container has neither ${first} nor ${second}. A debug container with an image that has them sees its files under /proc/1/root.`,
  );
}
