import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { hostname } from 'node:os';
import { messageOf } from '../../kubernetes/apimachinery/errors.ts';
import { LISTENING, type Listening } from '../../protocol.ts';
import type { ConfigFollower } from '../command-line/followed-config.ts';
import { type AuthenticationOptions, baseUrl, type HttpOptions } from '../command-line/http-options.ts';
import { HTTP_PATHS } from '../command-line/http-paths.ts';
import type { CommandLine } from '../command-line/options.ts';
import { type EditorLink, editorLink } from '../core/editor-link.ts';
import { remoteHelm } from '../core/helm-access.ts';
import { LoginDesk } from '../core/login-desk.ts';
import { isLoopback } from '../core/loopback.ts';
import { OwnContext } from '../core/own-context.ts';
import { permitOf } from '../core/trusted-kubeconfig.ts';
import { MIN_KEY_BYTES, QuestionSeal } from '../mcp/question-seal.ts';
import { createServer } from '../mcp/server.ts';
import type { ServerOptions } from '../mcp/server-options.ts';
import { Tasks } from '../mcp/tasks.ts';
import type { StartTelemetry } from '../telemetry/telemetry.ts';
import { Authenticator } from './authentication/authenticator.ts';
import { type SignIn, signInOf } from './authentication/sign-in.ts';
import { readStdinToken } from './authentication/stdin-token.ts';
import { HostNames } from './base/host-names.ts';
import { httpLog as log } from './base/http-log.ts';
import { Limiter } from './base/limiter.ts';
import { toOriginForm } from './base/request-target.ts';
import { CallerPermissions } from './caller-permissions.ts';
import { ClientRegistry } from './client-registry.ts';
import type { Endpoint, EndpointOptions } from './endpoint.ts';
import { GracefulShutdown, type ShutdownSignals } from './graceful-shutdown.ts';
import { createHttpServer, Listener } from './listener.ts';
import { Metrics } from './metrics.ts';
import { ModernHttp, speaksModern } from './modern-http.ts';
import { protectedResource } from './protected-resource.ts';
import { startSessionReaper } from './session-reaper.ts';
import { Sessions } from './sessions.ts';
import { SseMessages, SseStream } from './sse.ts';
import { StalledReaders } from './stalled-readers.ts';
import { StatelessHttp } from './stateless-http.ts';
import { StreamableHttp } from './streamable-http.ts';

/** How long running calls may take once the server's parent has stopped it or is gone, in milliseconds. */
const ORPHAN_TIMEOUT_MS = 500;

/** The command line of an HTTP server. */
export type HttpCommandLine = CommandLine & { http: HttpOptions };

/**
 * Serves many clients over HTTP until the process is told to end; returns how a changed configuration is taken over.
 * @throws Error when the port is taken, or a file named by the options is unusable.
 */
export async function serveHttp(
  options: HttpCommandLine,
  version: string,
  startTelemetry: StartTelemetry | undefined,
): Promise<ConfigFollower> {
  logUnexpectedErrors();
  const { http } = options;
  const sessions = new Sessions(http.limits.sessions);
  const limiter = new Limiter(http.limits.rate, http.limits.atOnce);
  const readers = new StalledReaders();
  const { issuer, exchange } = await signInOf(http.authentication, log);
  const shared = sharedBy(options, exchange);
  const { registry, permissions } = shared;
  const metrics = metricsOf(sessions);
  const telemetry = startTelemetry?.(version, (message) => log('warning', message));
  const ends = { stopping: new AbortController(), ending: new AbortController() };
  const seal = await sealOf(http);
  // A key for reviews is shared by replicas, and another one would know nothing of a task.
  const tasks = http.reviewKeyFile === undefined ? new Tasks() : undefined;
  const connect = connectWith(
    { ...serverOptions(options, version, shared), seal, tasks, telemetry },
    { permissions, registry, metrics, ends },
  );

  const { urls: resources, ...resource } = protectedResource(http);
  const stdin = http.authentication.tokenStdin ? await readStdinToken() : undefined;
  const authenticator = await authenticatorOf(options, shared, {
    stdin: stdin?.check,
    issuer,
    resources: resources(http.publicUrl ?? ''),
  });
  warnOfEveryAccount(http.authentication);
  const server = await listen(http);

  // No await from here on: the first request finds everything in place.
  const { address, port } = server.address() as AddressInfo;
  const base = baseUrl(http, port);
  const shutdown = new GracefulShutdown({
    server,
    sessions,
    registry,
    readers,
    tasks,
    ends,
    last: async () => telemetry?.end(),
    log,
  });
  void stdin?.ended.then(() => shutdown.end(ORPHAN_TIMEOUT_MS));
  const endpoints = endpointsOf(http, { sessions, connect });
  const hostNames = hostNamesOf(http, base);
  const listener = new Listener({
    ...resource,
    publicUrl: http.publicUrl,
    endpoints,
    authenticator,
    limiter,
    sessions,
    hostNames,
    body: http.limits.body,
    isShuttingDown: () => shutdown.begun,
    log,
  });
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    toOriginForm(request);
    readers.watch(response);
    response.once('close', () => {
      metrics.answered(request, response);
      shutdown.answered();
    });
    if (answerProbe(request, response, shutdown.begun)) return;
    if (request.url === HTTP_PATHS.metrics && hostNames.allowsHost(request.headers.host)) void metrics.send(response);
    else void listener.handle(request, response);
  });
  startSessionReaper({ sessions, registry, limiter, readers, authenticator, idle: http.limits.idle, log });
  const urls = [...endpoints.keys()].filter((path) => path !== HTTP_PATHS.message).map((path) => base + path);
  log('info', LISTENING, { address, port, urls } satisfies Listening);
  return { apply: (changed) => permissions.follow(changed), log: (message) => log('warning', message) };
}

function logUnexpectedErrors(): void {
  process.on('unhandledRejection', (error) => log('error', `Unexpected error: ${messageOf(error)}`));
  // The readers of the logs may be gone before the last calls are.
  for (const stream of [process.stderr, process.stdout]) stream.on('error', () => undefined);
}

/** What all clients share. */
interface Shared {
  permissions: CallerPermissions;
  editor: EditorLink | undefined;
  permit: ReturnType<typeof permitOf>;
  own: OwnContext;
  desk: LoginDesk;
  registry: ClientRegistry;
}

function sharedBy(options: HttpCommandLine, exchange: SignIn['exchange']): Shared {
  const { http } = options;
  const permissions = new CallerPermissions(options, http.authentication);
  const warn = (message: string) => log('warning', message);
  const editor = editorLink(process.env, warn);
  const permit = permitOf(editor, options);
  const own = new OwnContext(options.context);
  const desk = new LoginDesk({
    editor,
    isUsersOwn: isLoopback(http.host) && http.publicUrl === undefined,
    log: warn,
  });
  const registry = new ClientRegistry(http.authentication, permissions, {
    ...options,
    own,
    permit,
    onKubeconfigProblem: (error) => warn(`The changed kubeconfig is not used: ${messageOf(error)}`),
    onLogin: desk.onLogin,
    warn,
    exchanged: exchange && ((token) => exchange.tokensOf(token)),
  });
  return { permissions, editor, permit, own, desk, registry };
}

function metricsOf(sessions: Sessions): Metrics {
  return new Metrics({
    sse: () => sessions.count('sse'),
    'streamable-http': () => sessions.count('streamable-http'),
  });
}

function hostNamesOf({ host, allowedHosts, allowedOrigins }: HttpOptions, base: string): HostNames {
  const own = new URL(base);
  return new HostNames([host, hostname(), own.hostname, ...allowedHosts], [own.origin, ...allowedOrigins]);
}

function authenticatorOf(
  { http, kubeconfig }: HttpCommandLine,
  { permit, own, desk, permissions }: Shared,
  given: Pick<Parameters<typeof Authenticator.create>[0], 'stdin' | 'issuer' | 'resources'>,
): Promise<Authenticator> {
  return Authenticator.create({
    ...given,
    authentication: http.authentication,
    cluster: { kubeconfig, permit, context: (file) => own.in(file), onLogin: desk.onLogin },
    rights: (identity) => permissions.keyOf(identity),
    log,
  });
}

type CommonOptions = Pick<
  ServerOptions,
  'version' | 'journal' | 'audit' | 'helm' | 'prometheus' | 'editor' | 'seal' | 'tasks' | 'telemetry'
>;

function serverOptions(
  { journal, audit, helm, prometheus }: HttpCommandLine,
  version: string,
  { editor }: Shared,
): CommonOptions {
  return { version, journal, audit, helm: remoteHelm(helm), prometheus, editor };
}

interface ConnectOptions {
  permissions: CallerPermissions;
  registry: ClientRegistry;
  metrics: Metrics;
  ends: ShutdownSignals;
}

/** Connects each client to an MCP server of its own. */
function connectWith(
  options: CommonOptions,
  { permissions, registry, metrics, ends }: ConnectOptions,
): EndpointOptions['connect'] {
  return async (client) => {
    const { policy, review } = permissions.of(client.identity);
    const server = createServer(
      {
        ...options,
        ...{ policy, review },
        caller: () => client.identity.name,
        owner: () => client.identity.owner,
        tellsLater: !client.isSingle,
        stopping: ends.stopping.signal,
        ending: ends.ending.signal,
        called: (call) => {
          metrics.called(call);
          log('info', 'call', { ...call, caller: client.identity.name });
        },
        recorded: ({ before: _, after: __, ...entry }) => log('info', 'write', entry),
        log: (message) => log('warning', message, { caller: client.identity.name }),
      },
      async () => registry.contexts(client.identity),
    );
    await server.connect(client.transport);
  };
}

/** @throws Error when the key file is unusable. */
async function sealOf({ reviewKeyFile }: HttpOptions): Promise<QuestionSeal> {
  if (reviewKeyFile === undefined) return new QuestionSeal();
  const key = await readFile(reviewKeyFile);
  if (key.length < MIN_KEY_BYTES)
    throw new Error(`--review-key-file: ${reviewKeyFile} has less than ${MIN_KEY_BYTES} bytes.`);
  return new QuestionSeal(key);
}

function warnOfEveryAccount({ tokenReview, impersonate, passThrough }: AuthenticationOptions): void {
  if (tokenReview && !tokenReview.access && !impersonate && !passThrough)
    log('warning', 'Every account of the cluster may come in: --token-review-access names a right that callers need.');
}

/** @throws Error when the port is taken. */
async function listen({ host, port, tls }: HttpOptions): Promise<ReturnType<typeof createHttpServer>> {
  const server = createHttpServer(log, tls && (await (await import('./tls.ts')).followCertificate(tls, log)));
  server.listen({ host: host === 'localhost' ? '127.0.0.1' : host, port });
  await once(server, 'listening');
  // A connection that cannot be taken ends no other.
  server.on('error', (error) => log('error', `Unexpected error: ${messageOf(error)}`));
  return server;
}

/** Answers a probe: probes use the IP address and carry no token. */
function answerProbe({ url }: IncomingMessage, response: ServerResponse, isShuttingDown: boolean): boolean {
  if (url === HTTP_PATHS.healthz) response.end('ok');
  else if (url === HTTP_PATHS.readyz)
    response.writeHead(isShuttingDown ? 503 : 200).end(isShuttingDown ? 'ending' : 'ok');
  else return false;
  return true;
}

function endpointsOf(http: HttpOptions, options: EndpointOptions): Map<string, Endpoint> {
  const endpoints = new Map<string, Endpoint>();
  if (http.transports.includes('sse')) {
    const prefix = http.publicUrl ? new URL(http.publicUrl).pathname.replace(/\/$/, '') : '';
    endpoints.set(HTTP_PATHS.sse, new SseStream(options, prefix));
    endpoints.set(HTTP_PATHS.message, new SseMessages(options));
  }
  if (http.transports.includes('streamable-http')) {
    const modern = new ModernHttp(options);
    const older = http.stateless ? new StatelessHttp(options) : new StreamableHttp(options);
    endpoints.set(http.endpointPath, {
      handle: (exchange) => (speaksModern(exchange) ? modern : older).handle(exchange),
    });
  }
  return endpoints;
}
