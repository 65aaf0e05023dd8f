import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { tooLong } from '../apimachinery/limits.ts';
import { decodeText } from './encoding.ts';

/**
 * The text of an untrusted file.
 * @throws LimitError for a longer one; Error for anything but a file, such as a pipe, on which a read would block for
 * ever.
 */
export async function readTextFile(path: string, bytes: number): Promise<string> {
  // Windows has neither such pipes among its files nor the flag.
  const file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    if (!(await file.stat()).isFile()) throw new Error('it is not a file');
    const pieces: Buffer[] = [];
    for await (const piece of file.createReadStream({ end: bytes, autoClose: false })) pieces.push(piece);
    const content = Buffer.concat(pieces);
    if (content.length > bytes) throw tooLong(bytes);
    return decodeText(content);
  } finally {
    await file.close();
  }
}
