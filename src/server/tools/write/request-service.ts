import { validateHeaderName, validateHeaderValue } from 'node:http';
import * as z from 'zod';
import { pathOf } from '../../../kubernetes/apimachinery/api-resource.ts';
import { messageOf, RefusedError, UserError } from '../../../kubernetes/apimachinery/errors.ts';
import { kinds } from '../../../kubernetes/apimachinery/well-known-kinds.ts';
import { locate } from '../../../kubernetes/client/read-object.ts';
import {
  MAX_BODY,
  type PodAnswer,
  requestPod,
  type ServerCertificate,
} from '../../../kubernetes/workloads/pod-request.ts';
import { type Endpoint, endpointOf } from '../../../kubernetes/workloads/service-endpoint.ts';
import { changeOf } from '../../../kubernetes/writes/target.ts';
import { defineTool } from '../../core/tool.ts';
import * as parameters from '../parameters.ts';
import { shownOutput } from '../parts/program-output.ts';

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;
/** Headers by which a request could be routed elsewhere than to its pod, or be read as two. */
const OURS =
  /^(host|connection|keep-alive|upgrade|te|trailer|transfer-encoding|content-length|expect|forwarded|via|http2-settings|proxy-.*|x-(forwarded|original|rewrite|host|envoy-original).*)$/i;
/** Headers that only say how this one answer was sent. */
const NOISE = /^(date|connection|keep-alive|content-length|transfer-encoding)$/i;
const MAX_PATH = 8_000;
/** Characters of the answer. */
const MAX_SHOWN = { head: 4_000, body: 20_000 };

const input = {
  name: parameters.name,
  kind: z.string().default('Service'),
  namespace: parameters.namespace,
  port: z.coerce.string().optional(),
  path: z.string().default('/'),
  method: z.string().default('GET'),
  headers: z.array(z.string()).default([]).describe('"Name: value"'),
  body: z.string().optional(),
  https: z.boolean().optional(),
  timeoutSeconds: z.number().min(1).max(120).default(15),
};

export const requestService = defineTool({
  name: 'request_service',
  title: 'Request Service',
  description: 'Send an HTTP request to a pod of a Service. Redirects are not followed.',
  access: 'exec',
  input,
  async run(given, { connection, signal, writer }) {
    const { client, context } = connection;
    const headers = given.headers.map(headerOf);
    const method = METHODS.find((one) => one === given.method.toUpperCase());
    if (!method) throw new UserError(`method is one of ${METHODS.join(', ')}.`);
    refusePath(given.path);
    const place = given.namespace || connection.namespace;
    // Otherwise a refusal would come only after the user agreed.
    client.assertPermitted({ path: pathOf(kinds.pods, place, 'any', 'portforward') });
    const { kind, name, port, https } = given;
    const located = await locate(connection, { kind, name, namespace: place }, signal);
    const endpoint = await endpointOf(connection, located, port, https, signal);
    const { name: pod = '', uid } = endpoint.pod.metadata ?? {};
    const url = `${endpoint.isTls ? 'https' : 'http'}://${endpoint.host}${given.path}`;
    const target = { resource: await connection.discovery.resolve('pods', 'v1'), namespace: place, name: pod };
    const summary = summaryOf(method, url, endpoint, headers, given.body);
    const change = { ...changeOf(target, connection, 'exec', { uid, subresource: 'portforward' }), summary };
    await writer.review([change]);
    const answer = await writer.write(change, () =>
      requestPod(client, {
        ...{ namespace: place, pod, uid, port: endpoint.port, host: endpoint.host },
        tlsNames: endpoint.isTls ? endpoint.names : undefined,
        ...{ method, path: given.path, headers, body: given.body },
        ...{ timeout: given.timeoutSeconds * 1_000, signal },
      }),
    );
    const where = `${method} ${url} · port ${endpoint.port} of pod "${pod}" in namespace ${place} (context ${context.name})`;
    return { text: await textOf(answer, where) };
  },
});

function summaryOf(
  method: string,
  url: string,
  { pod, port }: Endpoint,
  headers: readonly Header[],
  body: string | undefined,
): string {
  return [
    `${method} ${url}`,
    `To port ${port} of pod ${pod.metadata?.name}.`,
    ...headers.map(([name, value]) => `${name}: ${value}`),
    ...(body === undefined ? [] : ['', body]),
  ].join('\n');
}

type Header = readonly [string, string];

function headerOf(text: string): Header {
  const [, name = '', rest = ''] = /^([^:\s]+)\s*:(.*)$/s.exec(text) ?? [];
  const value = rest.trim();
  try {
    validateHeaderName(name);
    validateHeaderValue(name, value);
  } catch (error) {
    throw new UserError(
      `${JSON.stringify(text.slice(0, 100))} is no header: ${messageOf(error)}. As in "Accept: text/plain".`,
    );
  }
  if (OURS.test(name))
    throw new RefusedError(
      `The header ${name} is not for callers: the request names the host that it is sent to, and is one request.`,
    );
  return [name, value];
}

function refusePath(path: string): void {
  if (!/^\/(?!\/)[!-~]*$/.test(path) || path.includes('#') || path.length > MAX_PATH)
    throw new UserError(
      `path begins with one / and is percent-encoded, at most ${MAX_PATH} characters; the host is that of the Service or pod. Not: ${JSON.stringify(path.slice(0, 100))}.`,
    );
}

async function textOf(answer: PodAnswer, where: string): Promise<string> {
  const { status, statusText, took, certificate, headers, body, cut } = answer;
  const ms = (milliseconds: number) => `${Math.round(milliseconds)} ms`;
  const head = headers
    .filter(([name]) => !NOISE.test(name))
    .map(([name, value]) => `${name.toLowerCase()}: ${value}`)
    .join('\n');
  return [
    `${status} ${statusText} · ${where}`,
    `connected after ${ms(took.connected)}, answered after ${ms(took.answered)}, all after ${ms(took.whole)}`,
    ...(certificate ? [certificateText(certificate)] : []),
    ...(status >= 300 && status < 400 && headers.some(([name]) => /^location$/i.test(name))
      ? ['It redirects, which is not followed: ask for that path yourself if it is in the cluster.']
      : []),
    await shownOutput(Buffer.from(head), MAX_SHOWN.head, 'too many headers'),
    '',
    body.length > 0 ? await shownOutput(body, MAX_SHOWN.body, 'another path may give less') : 'No body.',
    ...(cut ? [`… ${CUTS[cut]}`] : []),
  ].join('\n');
}

const CUTS: Record<NonNullable<PodAnswer['cut']>, string> = {
  time: 'the time was up before the body ended',
  size: `only the first ${MAX_BODY} bytes were read`,
  connection: 'the connection broke before the body ended',
};

function certificateText({ protocol, names, issuer, until, mismatch, distrust }: ServerCertificate): string {
  const shown = names.length > 300 ? `${names.slice(0, 300)}…` : names;
  const fits = mismatch ?? 'it names this host';
  const trust = distrust ? `; its authority is not known on this machine (${distrust})` : '';
  return `${protocol}, certificate for ${shown || 'nobody'}, of ${issuer || 'nobody'}, until ${until}: ${fits}${trust}`;
}
