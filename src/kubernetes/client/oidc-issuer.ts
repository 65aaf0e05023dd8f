import { readFile } from 'node:fs/promises';
import type { Dispatcher } from 'undici';
import { UserError } from '../apimachinery/errors.ts';
import { LIMITS } from '../apimachinery/limits.ts';
import { isObject, type JsonObject } from '../apimachinery/objects.ts';
import { TimeLimit } from '../apimachinery/time-limit.ts';
import { withoutEndingSlashes } from '../apimachinery/urls.ts';
import { parseBoundedJson } from '../text/json-reader.ts';
import { textOf } from './answer-body.ts';
import { connectionProblem } from './connection-failures.ts';
import { connectionsTo } from './connections.ts';
import { withoutUserInfo } from './kubeconfig.ts';
import type { OidcTokens } from './oidc-tokens.ts';
import { proxyFor } from './proxies.ts';
import { withSystemAuthorities } from './system-authorities.ts';
import { NO_TIMERS } from './undici-timers.ts';

/** A client of an OpenID Connect issuer. */
export interface OidcClient {
  issuer: string;
  id: string;
  secret: string;
  /** The certificate authority of the issuer, as a kubeconfig names one; '' where it does not. */
  authorityFile: string;
  authorityData: string;
}

/** The issuer does not renew the tokens. */
export class RefusedRenewal extends UserError {
  override name = 'RefusedRenewal';
}

interface IssuerAnswer {
  status: number;
  content: JsonObject;
}

/** How long the issuer may take for an answer, in milliseconds. */
const TIMEOUT_MS = 10_000;

/**
 * New tokens from the issuer (RFC 6749, section 6). The refresh token stays the same unless the issuer sends another.
 * @throws UserError when there are none.
 */
export async function renewedTokens(client: OidcClient, refreshToken: string): Promise<OidcTokens> {
  const dispatcher = await connectionsOf(client);
  try {
    const { endpoint, ways } = await discovered(client, dispatcher);
    const { status, content } = await asked(client, dispatcher, endpoint, ways, refreshToken);
    if (status !== 200) throw refusal(client, status, content);
    const { id_token: idToken, refresh_token: next } = content;
    // Not every issuer sends one with refreshed tokens, and what it sends then is for others than Kubernetes.
    if (typeof idToken !== 'string' || idToken === '')
      throw new UserError(`${nameOf(client)} sends no id-token: the login needs the scope "openid"`);
    return { idToken, refreshToken: typeof next === 'string' && next !== '' ? next : refreshToken };
  } finally {
    await dispatcher.destroy();
  }
}

type Way = 'client_secret_basic' | 'client_secret_post';

async function connectionsOf({ issuer, authorityFile, authorityData }: OidcClient): Promise<Dispatcher> {
  if (!issuer.startsWith('https:')) throw new UserError('tokens are renewed by an issuer with https:// only');
  const { 'certificate-authority-data': data } = await withSystemAuthorities({
    ...{ server: issuer, 'certificate-authority': authorityFile, 'certificate-authority-data': authorityData },
  });
  const ca = data ? Buffer.from(String(data), 'base64') : await readFile(authorityFile);
  const uri = proxyFor(issuer);
  if (uri === undefined) return connectionsTo({ type: 'agent', connect: { ca } });
  return connectionsTo({ type: uri.startsWith('socks') ? 'socks' : 'proxy', uri, requestTls: { ca }, connect: {} });
}

async function discovered(client: OidcClient, dispatcher: Dispatcher): Promise<{ endpoint: string; ways: Way[] }> {
  const url = `${withoutEndingSlashes(client.issuer)}/.well-known/openid-configuration`;
  const { status, content } = await send(client, dispatcher, url, { method: 'GET' });
  if (status !== 200) throw new UserError(`${nameOf(client)} answered ${status} to the question where tokens are`);
  const { token_endpoint: endpoint, token_endpoint_auth_methods_supported: known } = content;
  if (typeof endpoint !== 'string' || !URL.canParse(endpoint) || new URL(endpoint).protocol !== 'https:')
    throw new UserError(`${nameOf(client)} names no place with https:// for tokens`);
  const ways: Way[] = ['client_secret_basic', 'client_secret_post'];
  return { endpoint, ways: Array.isArray(known) && !known.includes(ways[0]) ? ways.reverse() : ways };
}

// As kubectl: an issuer that does not know the client the one way may know it the other way.
async function asked(
  client: OidcClient,
  dispatcher: Dispatcher,
  endpoint: string,
  [first, second]: Way[],
  refreshToken: string,
): Promise<IssuerAnswer> {
  const ask = (way: Way | undefined) => send(client, dispatcher, endpoint, formOf(client, way, refreshToken));
  if (client.secret === '') return ask('client_secret_post');
  const answer = await ask(first);
  return answer.status === 401 || answer.content.error === 'invalid_client' ? ask(second) : answer;
}

function formOf({ id, secret }: OidcClient, way: Way | undefined, refreshToken: string): Request {
  const form = new URLSearchParams({ grant_type: 'refresh_token', refresh_token: refreshToken });
  const headers: Record<string, string> = { 'content-type': 'application/x-www-form-urlencoded' };
  if (way === 'client_secret_basic') {
    const login = [id, secret].map((part) => new URLSearchParams({ _: part }).toString().slice(2)).join(':');
    headers.authorization = `Basic ${Buffer.from(login).toString('base64')}`;
  } else {
    form.set('client_id', id);
    if (secret !== '') form.set('client_secret', secret);
  }
  return { method: 'POST', body: form.toString(), headers };
}

type Request = Pick<Dispatcher.RequestOptions, 'method'> & { body?: string; headers?: Record<string, string> };

// No redirect is followed: what is sent is for this place only.
async function send(client: OidcClient, dispatcher: Dispatcher, url: string, request: Request): Promise<IssuerAnswer> {
  const { origin, pathname, search } = new URL(url);
  using limit = new TimeLimit(TIMEOUT_MS);
  const { signal } = limit;
  try {
    const options = { ...NO_TIMERS, ...request, origin, path: pathname + search, signal };
    options.headers = { ...request.headers, accept: 'application/json' };
    const answer = await dispatcher.request(options);
    return { status: answer.statusCode, content: jsonIn(await textOf(answer)) };
  } catch (error) {
    const namesAuthority = Boolean(client.authorityFile || client.authorityData);
    const problem = limit.isOver
      ? `it did not answer within ${TIMEOUT_MS / 1000} s`
      : connectionProblem(error, namesAuthority);
    throw new UserError(`${nameOf(client)} cannot be reached: ${problem}`);
  }
}

function jsonIn(text: string): JsonObject {
  try {
    const value = parseBoundedJson(text, LIMITS.failure);
    return isObject(value) ? value : {};
  } catch {
    return {};
  }
}

function refusal(client: OidcClient, status: number, { error }: JsonObject): RefusedRenewal {
  const code = typeof error === 'string' && /^\w{1,60}$/.test(error) ? error : `status ${status}`;
  return new RefusedRenewal(
    `${nameOf(client)} does not renew the id-token, which has ended (${code}): log in again with the tool that wrote the kubeconfig`,
  );
}

function nameOf({ issuer }: OidcClient): string {
  return `the issuer ${withoutUserInfo(issuer)}`;
}
