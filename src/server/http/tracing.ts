import { subscribe } from 'node:diagnostics_channel';
import { context, propagation, type Span, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { defaultResource, detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import type { Tracing } from './tracing-wanted.ts';

/** undici's message about a request; see its documentation on diagnostics channels. */
interface RequestMessage {
  request: { method: string; origin: string; path: string };
  response?: { statusCode: number };
  error?: Error;
}

/** Traces calls, and the API server requests that each makes, to where the environment says. */
export function startTracing(version: string): Tracing {
  const own = resourceFromAttributes({ 'service.name': 'mcp-k8s', 'service.version': version });
  const resource = defaultResource()
    .merge(own)
    .merge(detectResources({ detectors: [envDetector] }));
  const provider = new TracerProvider({
    resource,
    spanProcessors: [new BatchSpanProcessor({ exporter: new OTLPTraceExporter() })],
  });
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  const tracer = provider.getTracer('mcp-k8s', version);
  const requests = new WeakMap<object, Span>();

  subscribe('undici:request:create', (message) => {
    const { request } = message as RequestMessage;
    if (!trace.getSpan(context.active())) return;
    const { origin, path, method } = request;
    // The query may hold what someone searches for.
    const attributes = {
      'http.request.method': method,
      'server.address': origin,
      'url.path': path.replace(/\?.*/s, ''),
    };
    requests.set(request, tracer.startSpan(method, { kind: SpanKind.CLIENT, attributes }));
  });
  subscribe('undici:request:headers', (message) => {
    const { request, response } = message as RequestMessage;
    requests.get(request)?.setAttribute('http.response.status_code', response?.statusCode ?? 0);
  });
  subscribe('undici:request:trailers', (message) => requests.get((message as RequestMessage).request)?.end());
  subscribe('undici:request:error', (message) => {
    const { request, error } = message as RequestMessage;
    requests
      .get(request)
      ?.setStatus({ code: SpanStatusCode.ERROR, message: error?.name ?? '' })
      .end();
  });

  return {
    trace: (tool, headers, run) => {
      const parent = propagation.extract(context.active(), headers);
      const attributes = { 'mcp.method.name': 'tools/call', 'gen_ai.tool.name': tool };
      return tracer.startActiveSpan(
        `tools/call ${tool}`,
        { kind: SpanKind.SERVER, attributes },
        parent,
        async (span) => {
          try {
            const result = await run();
            if (result.isError) span.setStatus({ code: SpanStatusCode.ERROR });
            return result;
          } finally {
            span.end();
          }
        },
      );
    },
    end: () => provider.shutdown(),
  };
}
