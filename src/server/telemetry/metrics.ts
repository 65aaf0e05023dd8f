import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http';
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import type { AuditEntry } from '../mcp/server-options.ts';
import { saying } from './exporter.ts';
import { onRequests } from './requests.ts';
import type { SignalOptions } from './signal.ts';

/** How often metrics are sent, in milliseconds, unless the environment says otherwise. */
const INTERVAL_MS = 60_000;
/** Bounds in seconds, as OpenTelemetry's conventions for MCP advise. */
const BOUNDS = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 120, 300];

/** Sends how long calls took, and the API server's answers, by the names of OpenTelemetry's conventions. */
export function startMetrics({ resource, version, log, interval }: SignalOptions & { interval: string | undefined }) {
  const reader = new PeriodicExportingMetricReader({
    exporter: saying(new OTLPMetricExporter(), 'metrics', log),
    exportIntervalMillis: /^[1-9]\d{0,8}$/.test(interval ?? '') ? Number(interval) : INTERVAL_MS,
  });
  const provider = new MeterProvider({ resource, readers: [reader] });
  const meter = provider.getMeter('mcp-k8s', version);
  const seconds = (name: string, description: string) =>
    meter.createHistogram(name, { description, unit: 's', advice: { explicitBucketBoundaries: BOUNDS } });
  const calls = seconds('mcp.server.operation.duration', 'How long calls took.');
  const requests = seconds('http.client.request.duration', 'How long requests to API servers took.');
  onRequests(({ attributes }) => {
    const begin = performance.now();
    return (result) => requests.record((performance.now() - begin) / 1000, { ...attributes, ...result });
  });
  return {
    called: ({ tool, outcome, seconds }: AuditEntry) => {
      const isRead = tool === 'resources/read';
      calls.record(seconds, {
        'mcp.method.name': isRead ? tool : 'tools/call',
        ...(!isRead && { 'gen_ai.tool.name': tool }),
        ...(outcome !== 'ok' && { 'error.type': outcome }),
      });
    },
    end: () => provider.shutdown(),
  };
}
