import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface OtlpAttribute {
  key: string;
  value: { stringValue?: string; intValue?: number; doubleValue?: number };
}

export interface OtlpSpan {
  name: string;
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  attributes: OtlpAttribute[];
}

export interface OtlpLogRecord {
  eventName: string;
  traceId?: string;
  body: { stringValue: string };
  attributes: OtlpAttribute[];
}

export interface OtlpMetric {
  name: string;
  histogram: { dataPoints: { count: number; attributes: OtlpAttribute[] }[] };
}

interface Scopes {
  spans?: OtlpSpan[];
  logRecords?: OtlpLogRecord[];
  metrics?: OtlpMetric[];
}

interface Exported {
  resourceSpans?: { scopeSpans: Scopes[] }[];
  resourceLogs?: { scopeLogs: Scopes[] }[];
  resourceMetrics?: { scopeMetrics: Scopes[] }[];
}

/** Where telemetry arrives by OTLP, in JSON. */
export class Collector {
  readonly #server: Server;
  /** The paths that something was sent to. */
  readonly paths: string[] = [];
  readonly spans: OtlpSpan[] = [];
  readonly records: OtlpLogRecord[] = [];
  /** The last ones of each name. */
  readonly metrics = new Map<string, OtlpMetric>();

  private constructor() {
    this.#server = createServer(async (request, response) => {
      let body = '';
      for await (const part of request) body += part;
      this.paths.push(request.url ?? '');
      this.#take(JSON.parse(body) as Exported);
      response.setHeader('content-type', 'application/json').end('{}');
    });
  }

  static async start(): Promise<Collector> {
    const collector = new Collector();
    collector.#server.listen(0, '127.0.0.1');
    await once(collector.#server, 'listening');
    return collector;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  #take({ resourceSpans = [], resourceLogs = [], resourceMetrics = [] }: Exported): void {
    const scopes = [
      ...resourceSpans.flatMap(({ scopeSpans }) => scopeSpans),
      ...resourceLogs.flatMap(({ scopeLogs }) => scopeLogs),
      ...resourceMetrics.flatMap(({ scopeMetrics }) => scopeMetrics),
    ];
    for (const { spans = [], logRecords = [], metrics = [] } of scopes) {
      this.spans.push(...spans);
      this.records.push(...logRecords);
      for (const metric of metrics) this.metrics.set(metric.name, metric);
    }
  }
}

/** Attributes by their names. */
export function attributesOf({ attributes }: { attributes: OtlpAttribute[] }): Record<string, string | number> {
  return Object.fromEntries(
    attributes.map(({ key, value }) => [key, value.stringValue ?? value.intValue ?? value.doubleValue ?? '']),
  );
}
