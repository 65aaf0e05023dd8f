import { Transform, type TransformCallback } from 'node:stream';

const headEnd = Buffer.from('\r\n\r\n');
const frameHead = 8;

/**
 * Relays KWOK's side of an exec session (an HTTP answer, then SPDY frames) and puts the exit code into the closing
 * status: `exit status 3` in an internal error's message becomes the NonZeroExitCode that a kubelet sends.
 */
export class ExitCodes extends Transform {
  #rest = Buffer.alloc(0);
  #speaks: 'http' | 'spdy' | 'other' = 'http';

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.#rest = Buffer.concat([this.#rest, chunk]);
    if (this.#speaks === 'http') this.#passHead();
    if (this.#speaks === 'spdy') this.#passFrames();
    if (this.#speaks === 'other') this.push(this.#take(this.#rest.length));
    done();
  }

  override _flush(done: TransformCallback): void {
    done(null, this.#rest);
  }

  #passHead(): void {
    const end = this.#rest.indexOf(headEnd);
    if (end < 0) return;
    const head = this.#take(end + headEnd.length);
    // Clients of old WebSocket protocols, and refusals, pass through unchanged.
    this.#speaks = /^upgrade: *spdy/im.test(head.toString()) ? 'spdy' : 'other';
    this.push(head);
  }

  #passFrames(): void {
    while (this.#rest.length >= frameHead) {
      const length = frameHead + this.#rest.readUIntBE(5, 3);
      if (this.#rest.length < length) return;
      this.push(withExitCode(this.#take(length)));
    }
  }

  #take(length: number): Buffer {
    const taken = this.#rest.subarray(0, length);
    this.#rest = this.#rest.subarray(length);
    return taken;
  }
}

function withExitCode(frame: Buffer): Buffer {
  const isData = ((frame[0] ?? 0) & 0x80) === 0;
  const payload = frame.subarray(frameHead);
  if (!isData || !payload.includes('error executing command in container: ')) return frame;
  const code = /exit status (\d+)"/.exec(payload.toString())?.[1];
  if (!code) return frame;
  const status = Buffer.from(
    JSON.stringify({
      metadata: {},
      status: 'Failure',
      message: `command terminated with non-zero exit code: exit status ${code}`,
      reason: 'NonZeroExitCode',
      details: { causes: [{ reason: 'ExitCode', message: code }] },
    }),
  );
  const head = Buffer.from(frame.subarray(0, frameHead));
  head.writeUIntBE(status.length, 5, 3);
  return Buffer.concat([head, status]);
}
