import { SIGNALS, type Signal } from './signal.ts';
import type { StartTelemetry } from './telemetry.ts';

/** The signals that OpenTelemetry's environment variables ask to send by OTLP. */
export function wantedSignals(env: NodeJS.ProcessEnv): Signal[] {
  if (env.OTEL_SDK_DISABLED?.toLowerCase() === 'true') return [];
  return SIGNALS.filter((signal) => {
    const name = signal.toUpperCase();
    const endpoint = env[`OTEL_EXPORTER_OTLP_${name}_ENDPOINT`] || env.OTEL_EXPORTER_OTLP_ENDPOINT;
    const exporters = env[`OTEL_${name}_EXPORTER`] || 'otlp';
    return Boolean(endpoint) && exporters.split(',').some((exporter) => exporter.trim() === 'otlp');
  });
}

/** What begins to send them; undefined, without loading anything, where nothing is asked for. */
export async function telemetryWanted(env: NodeJS.ProcessEnv): Promise<StartTelemetry | undefined> {
  const signals = wantedSignals(env);
  if (signals.length === 0) return undefined;
  const { startTelemetry } = await import('./telemetry.ts');
  return (version, log) => startTelemetry({ version, signals, log, env });
}
