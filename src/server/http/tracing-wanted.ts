import type { ServerOptions } from '../mcp/server-options.ts';

export interface Tracing {
  trace: NonNullable<ServerOptions['trace']>;
  /** Flushes what has not been sent yet. */
  end(): Promise<void>;
}

/** Do OpenTelemetry's environment variables ask for traces? */
export function wantsTraces(env: NodeJS.ProcessEnv): boolean {
  const endpoint = env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT || env.OTEL_EXPORTER_OTLP_ENDPOINT;
  return Boolean(endpoint) && env.OTEL_SDK_DISABLED !== 'true' && env.OTEL_TRACES_EXPORTER !== 'none';
}
