import { context, propagation, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import type { Telemetry } from '../mcp/server-options.ts';
import { saying } from './exporter.ts';
import { onRequests } from './requests.ts';
import type { SignalOptions } from './signal.ts';

/** Traces calls, and the API server requests that each makes. */
export function startTraces({ resource, version, log }: SignalOptions): Pick<Telemetry, 'trace'> & {
  end(): Promise<void>;
} {
  const exporter = saying(new OTLPTraceExporter(), 'traces', log);
  const provider = new TracerProvider({ resource, spanProcessors: [new BatchSpanProcessor({ exporter })] });
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  const tracer = provider.getTracer('mcp-k8s', version);
  onRequests(({ method, path, attributes: about }) => {
    if (!trace.getSpan(context.active())) return undefined;
    const span = tracer.startSpan(method, { kind: SpanKind.CLIENT, attributes: { ...about, 'url.path': path } });
    return (result) => {
      span.setAttributes(result);
      if (result['error.type'] !== undefined)
        span.setStatus({ code: SpanStatusCode.ERROR, message: result['error.type'] });
      span.end();
    };
  });
  return {
    trace: (tool, carrier, run) => {
      const parent = propagation.extract(context.active(), carrier);
      const attributes = { 'mcp.method.name': 'tools/call', 'gen_ai.tool.name': tool };
      const options = { kind: SpanKind.SERVER, attributes };
      return tracer.startActiveSpan(`tools/call ${tool}`, options, parent, async (span) => {
        try {
          const result = await run();
          if (result.isError) span.setStatus({ code: SpanStatusCode.ERROR });
          return result;
        } finally {
          span.end();
        }
      });
    },
    end: () => provider.shutdown(),
  };
}
