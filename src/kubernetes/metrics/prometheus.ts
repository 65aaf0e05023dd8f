import { pathOf } from '../apimachinery/api-resource.ts';
import { ApiError, UserError } from '../apimachinery/errors.ts';
import { LIMITS } from '../apimachinery/limits.ts';
import { isObject, type JsonObject } from '../apimachinery/objects.ts';
import { TimeLimit } from '../apimachinery/time-limit.ts';
import { withoutEndingSlashes } from '../apimachinery/urls.ts';
import { kinds } from '../apimachinery/well-known-kinds.ts';
import type { ApiClient } from '../client/client.ts';
import { connectionProblem } from '../client/connection-failures.ts';
import { NO_TIMERS } from '../client/undici-timers.ts';
import { JsonReader } from '../text/json-reader.ts';
import { shortened } from '../text/shortened.ts';

/** What is asked of Prometheus's HTTP API; only reads. */
export type Endpoint = 'query' | 'query_range' | 'alerts';

/** The `data` of an answer, and what Prometheus remarks about it. */
export interface MetricsAnswer {
  data: JsonObject;
  warnings: string[];
}

/** A Prometheus, or what speaks its API. */
export interface Prometheus {
  /** For the reader, without credentials: `Service monitoring/prometheus`. */
  place: string;
  /** @throws UserError with the reason, such as a mistake in the query. */
  ask(
    endpoint: Endpoint,
    query: Record<string, string>,
    signal: AbortSignal,
    timeoutMs?: number,
  ): Promise<MetricsAnswer>;
}

/** A Service in a cluster. */
export interface MetricsService {
  namespace: string;
  name: string;
  port: string;
  tls: boolean;
}

const TIMEOUT_MS = 30_000;
const MAX_REASON_LENGTH = 500;

/** The Prometheus behind a Service, asked through the API server, with the rights of its user. */
export function prometheusInCluster(client: ApiClient, { namespace, name, port, tls }: MetricsService): Prometheus {
  const place = `Service ${namespace}/${name}`;
  const proxy = pathOf(kinds.services, namespace, `${tls ? 'https:' : ''}${name}:${port}`, 'proxy');
  return {
    place,
    async ask(endpoint, query, signal, timeout = TIMEOUT_MS) {
      try {
        return answerOf(await client.json({ path: `${proxy}/api/v1/${endpoint}`, query, signal, timeout }), place);
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        throw new UserError(`Prometheus (${place}): ${shortened(error.message, MAX_REASON_LENGTH)}`);
      }
    },
  };
}

/** The Prometheus at an address of the user's. @throws UserError for what is no such address, which it does not repeat. */
export function prometheusAt(address: string): Prometheus {
  if (!/^https?:\/\//i.test(address) || !URL.canParse(address))
    throw new UserError('The address of Prometheus in the settings is no http or https URL.');
  const url = new URL(address);
  const { username, password, origin } = url;
  const login = Buffer.from(`${decoded(username)}:${decoded(password)}`).toString('base64');
  const authorization = username || password ? { authorization: `Basic ${login}` } : {};
  const base = withoutEndingSlashes(url.pathname);
  return {
    place: origin,
    async ask(endpoint, query, signal, timeout = TIMEOUT_MS) {
      const { Agent } = await import('undici');
      const agent = new Agent(NO_TIMERS);
      using late = new TimeLimit(timeout);
      try {
        const { statusCode, body } = await agent.request({
          origin,
          path: `${base}/api/v1/${endpoint}?${new URLSearchParams(query)}`,
          method: 'GET',
          headers: { accept: 'application/json', ...authorization },
          signal: AbortSignal.any([signal, late.signal]),
        });
        const reader = new JsonReader(statusCode < 400 ? LIMITS.answer : LIMITS.failure);
        for await (const piece of body) reader.push(piece as Uint8Array);
        const answer: unknown = await reader.read().catch((error: unknown) => {
          if (statusCode < 400) throw error;
        });
        if (statusCode < 400) return answerOf(answer, origin);
        const said = isObject(answer) && typeof answer.error === 'string' ? answer.error : `HTTP ${statusCode}`;
        throw new UserError(`Prometheus (${origin}): ${shortened(said, MAX_REASON_LENGTH)}`);
      } catch (error) {
        signal.throwIfAborted();
        if (error instanceof UserError) throw error;
        if (late.isOver) throw new UserError(`Prometheus (${origin}) did not answer within ${timeout / 1000} s.`);
        const reason = error instanceof SyntaxError ? 'it answers with something else' : connectionProblem(error);
        throw new UserError(`Prometheus (${origin}) cannot be asked: ${reason}.`);
      } finally {
        void agent.destroy();
      }
    },
  };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function answerOf(answer: unknown, place: string): MetricsAnswer {
  if (!isObject(answer) || answer.status !== 'success' || !isObject(answer.data))
    throw new UserError(`Prometheus (${place}) cannot be asked: it answers with something else.`);
  const remarks = [answer.warnings, answer.infos].flatMap((list) => (Array.isArray(list) ? list.map(String) : []));
  return { data: answer.data, warnings: remarks };
}
