import { EventEmitter as Emitter } from 'node:events';

// The VS Code API that parts of the extension without a surface use, for tests outside VS Code.

/** Texts as with English as the display language. */
export const l10n = {
  t: (message: string, ...values: unknown[]) =>
    message.replace(/\{(\d+)\}/g, (placeholder, index) => String(values[Number(index)] ?? placeholder)),
};

export class EventEmitter<T> {
  readonly #emitter = new Emitter();

  readonly event = (listener: (value: T) => void) => {
    this.#emitter.on('event', listener);
    return { dispose: () => this.#emitter.off('event', listener) };
  };

  fire(value: T): void {
    this.#emitter.emit('event', value);
  }

  dispose(): void {
    this.#emitter.removeAllListeners();
  }
}
