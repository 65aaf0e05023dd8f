import { readRedacted } from '../../../kubernetes/text/reading.ts';

/**
 * What a program in the cluster wrote, redacted; of a long text its head and tail, at most `most` characters.
 * @param advice how to get less.
 */
export async function shownOutput(output: Buffer, most: number, advice: string): Promise<string> {
  const text = output.toString('utf8');
  if (text.includes('\0') && text.includes('\uFFFD')) return `… ${output.length} bytes that are not text`;
  // Redact before cutting, because half a credential is not recognised. /proc/*/environ separates lines by NUL.
  const clean = (await readRedacted(text.replaceAll('\0', '\n'))).trimEnd();
  if (clean.length <= most) return clean;
  const end = clean.lastIndexOf('\n', most / 2);
  const head = clean.slice(0, end > most / 4 ? end : most / 2);
  const begin = clean.indexOf('\n', clean.length - most / 2);
  const tail = begin > 0 && begin < clean.length - most / 4 ? clean.slice(begin + 1) : clean.slice(-most / 2);
  const left = clean.length - head.length - tail.length;
  return `${head}\n… ${left} of ${clean.length} characters left out; ${advice} …\n${tail}`;
}
