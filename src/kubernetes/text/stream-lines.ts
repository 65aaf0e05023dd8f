/** The lines of a byte stream, ended by `\n` alone: readline also ends them at U+2028 and U+2029, which JSON may hold. */
export async function* streamLines(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string, void> {
  const decoder = new TextDecoder();
  let pieces: string[] = [];
  for await (const chunk of bytes) {
    const [end = '', ...lines] = decoder.decode(chunk, { stream: true }).split('\n');
    pieces.push(end);
    for (const line of lines) {
      yield pieces.join('');
      pieces = [line];
    }
  }
  const last = pieces.join('');
  if (last !== '') yield last;
}
