import { subscribe } from 'node:diagnostics_channel';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from '@prometheus-io/client';
import type { HttpTransport } from '../command-line/http-options.ts';
import type { FinishedCall } from '../mcp/server-options.ts';

/** undici's message about an answer; see its documentation on diagnostics channels. */
interface AnswerFromKubernetes {
  request: { method: string };
  response: { statusCode: number };
}

/** The Prometheus metrics at /metrics. */
export class Metrics {
  readonly #registry = new Registry();
  readonly #calls: Counter<'tool' | 'outcome'>;
  readonly #durations: Histogram<'tool'>;
  readonly #answers: Counter<'method' | 'status'>;

  /** @param sessions the current number of each kind. */
  constructor(sessions: Record<HttpTransport, () => number>) {
    const registers = [this.#registry];
    collectDefaultMetrics({ register: this.#registry });
    this.#calls = new Counter({
      name: 'mcp_k8s_tool_calls_total',
      help: 'Calls of tools.',
      labelNames: ['tool', 'outcome'],
      registers,
    });
    this.#durations = new Histogram({
      name: 'mcp_k8s_tool_call_duration_seconds',
      help: 'How long calls of tools took.',
      labelNames: ['tool'],
      buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
      registers,
    });
    this.#answers = new Counter({
      name: 'mcp_k8s_http_requests_total',
      help: 'Requests of clients.',
      labelNames: ['method', 'status'],
      registers,
    });
    const kubernetes = new Counter({
      name: 'mcp_k8s_kubernetes_requests_total',
      help: 'Requests to API servers that were answered.',
      labelNames: ['method', 'code'],
      registers,
    });
    subscribe('undici:request:headers', (message) => {
      const { request, response } = message as AnswerFromKubernetes;
      kubernetes.inc({ method: request.method, code: String(response.statusCode) });
    });
    const open = new Gauge({
      name: 'mcp_k8s_sessions',
      help: 'Sessions that are open.',
      labelNames: ['transport'],
      registers,
      collect() {
        for (const [transport, count] of Object.entries(sessions)) this.set({ transport }, count());
      },
    });
    open.reset();
  }

  called({ tool, outcome, seconds }: FinishedCall): void {
    this.#calls.inc({ tool, outcome });
    this.#durations.observe({ tool }, seconds);
  }

  answered({ method = '' }: IncomingMessage, { statusCode }: ServerResponse): void {
    this.#answers.inc({ method, status: String(statusCode) });
  }

  async send(response: ServerResponse): Promise<void> {
    response.writeHead(200, { 'content-type': this.#registry.contentType });
    response.end(await this.#registry.metrics());
  }
}
