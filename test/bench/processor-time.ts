import { readdir, readFile } from 'node:fs/promises';

/** What a process has used so far, in milliseconds over all its threads; NaN where the system does not report it. */
export async function processorTimeOf(pid: number): Promise<number> {
  const folder = `/proc/${pid}/task`;
  const threads = await readdir(folder).catch(() => undefined);
  if (!threads) return Number.NaN;
  // A thread may end between the two reads.
  const texts = await Promise.all(threads.map((id) => readFile(`${folder}/${id}/schedstat`, 'utf8').catch(() => '0')));
  return texts.reduce((sum, text) => sum + Number(text.split(' ')[0]), 0) / 1e6;
}
