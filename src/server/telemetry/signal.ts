import type { Resource } from '@opentelemetry/resources';

/** OpenTelemetry's signals. */
export const SIGNALS = ['traces', 'metrics', 'logs'] as const;
export type Signal = (typeof SIGNALS)[number];

/** What every signal needs. */
export interface SignalOptions {
  resource: Resource;
  version: string;
  /** For whoever runs the server. */
  log: (message: string) => void;
}
