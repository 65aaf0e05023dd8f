import { setTimeout as delay } from 'node:timers/promises';
import { defaultResource, detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources';
import type { Telemetry } from '../mcp/server-options.ts';
import { startLogs } from './logs.ts';
import { startMetrics } from './metrics.ts';
import type { Signal } from './signal.ts';
import { startTraces } from './traces.ts';

/** How long the end of the process waits for what is not sent yet, in milliseconds; clients kill it after 2 s. */
const END_TIMEOUT_MS = 1_800;

export interface TelemetryOptions {
  version: string;
  signals: readonly Signal[];
  env: NodeJS.ProcessEnv;
  /** For whoever runs the server. */
  log: (message: string) => void;
}

/** Telemetry that is being sent. */
export interface RunningTelemetry extends Telemetry {
  /** Sends what has not been sent yet, if that takes no longer than a moment. */
  end(): Promise<void>;
}

export type StartTelemetry = (version: string, log: TelemetryOptions['log']) => RunningTelemetry;

/** Sends traces, metrics and a log record a call to where OpenTelemetry's environment variables say. */
export function startTelemetry({ version, signals, env, log }: TelemetryOptions): RunningTelemetry {
  const resource = defaultResource()
    .merge(resourceFromAttributes({ 'service.name': 'mcp-k8s', 'service.version': version }))
    .merge(detectResources({ detectors: [envDetector] }));
  const common = { resource, version, log };
  const traces = signals.includes('traces') ? startTraces(common) : undefined;
  const metrics = signals.includes('metrics')
    ? startMetrics({ ...common, interval: env.OTEL_METRIC_EXPORT_INTERVAL })
    : undefined;
  const logs = signals.includes('logs') ? startLogs(common) : undefined;
  return {
    trace: (tool, carrier, run) => (traces ? traces.trace(tool, carrier, run) : run()),
    called: (entry) => {
      metrics?.called(entry);
      logs?.called(entry);
    },
    end: async () => {
      const ends = [traces, metrics, logs].map((signal) => signal?.end());
      await Promise.race([Promise.allSettled(ends), delay(END_TIMEOUT_MS)]);
    },
  };
}
