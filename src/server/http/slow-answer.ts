import type { ServerResponse } from 'node:http';

/** An answer that takes longer shows signs of life, so that proxies see that the connection lives, in milliseconds. */
export const PATIENCE_MS = 5_000;
/** Interval of signs of life, in milliseconds. */
export const HEARTBEAT_INTERVAL_MS = 15_000;

/** A JSON answer that may take long. Until it is there spaces are sent, which mean nothing before JSON. */
export class SlowAnswer {
  readonly #response: ServerResponse;
  #timer: NodeJS.Timeout;

  constructor(response: ServerResponse) {
    this.#response = response;
    this.#timer = setTimeout(() => this.#begin(), PATIENCE_MS);
    response.once('close', () => this.stop());
  }

  /** Sends the answer; its status counts only if nothing has been sent yet. */
  send(status: number, text: string, headers: Record<string, string> = {}): void {
    this.stop();
    if (!this.#response.headersSent)
      this.#response.writeHead(status, { 'content-type': 'application/json', ...headers });
    this.#response.end(text);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #begin(): void {
    this.#response.writeHead(200, { 'content-type': 'application/json', 'x-accel-buffering': 'no' });
    this.#response.write(' ');
    this.#timer = setInterval(() => this.#response.write(' '), HEARTBEAT_INTERVAL_MS);
  }
}
