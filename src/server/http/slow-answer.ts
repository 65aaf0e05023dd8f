import type { ServerResponse } from 'node:http';
import { onceClosed } from './base/once-closed.ts';
import { PATIENCE_MS, startHeartbeat } from './heartbeat.ts';

/** A JSON answer that may take long. Until it is there spaces are sent, which mean nothing before JSON. */
export class SlowAnswer {
  readonly #response: ServerResponse;
  readonly #patience: NodeJS.Timeout;

  constructor(response: ServerResponse) {
    this.#response = response;
    this.#patience = setTimeout(() => this.#begin(), PATIENCE_MS);
    onceClosed(response, () => this.stop());
  }

  /** Sends the answer; its status counts only if nothing has been sent yet. */
  send(status: number, text: string, headers: Record<string, string> = {}): void {
    this.stop();
    if (!this.#response.headersSent)
      this.#response.writeHead(status, { 'content-type': 'application/json', ...headers });
    this.#response.end(text);
  }

  stop(): void {
    clearTimeout(this.#patience);
  }

  #begin(): void {
    // The request may have been refused meanwhile.
    if (this.#response.headersSent) return;
    this.#response.writeHead(200, { 'content-type': 'application/json', 'x-accel-buffering': 'no' });
    this.#response.write(' ');
    startHeartbeat(this.#response, ' ');
  }
}
