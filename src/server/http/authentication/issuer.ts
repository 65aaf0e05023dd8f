import { readFile } from 'node:fs/promises';
import { createRemoteJWKSet, customFetch, type RemoteJWKSet } from 'jose';
import { Agent } from 'undici';
import { isObject, type JsonObject } from '../../../kubernetes/apimachinery/objects.ts';
import { withoutEndingSlashes } from '../../../kubernetes/apimachinery/urls.ts';
import { NO_TIMERS } from '../../../kubernetes/client/undici-timers.ts';

/** How long the issuer may take to answer, in milliseconds. */
const TIMEOUT_MS = 5_000;
/** The shortest interval between failed requests for metadata and keys, in milliseconds: any token can cause them. */
const REST_MS = 1_000;
/** The largest answer, in bytes. */
const MAX_ANSWER = 1 << 20;

export interface IssuerOptions {
  issuerUrl: string;
  caFile: string | undefined;
}

/** An answer of the issuer. */
export interface IssuerAnswer {
  status: number;
  text: string;
}

/** An OpenID Connect issuer. Its metadata and keys are read when first needed, keys again when it signs with new ones. */
export class Issuer {
  readonly url: string;
  readonly #caFile: string | undefined;
  #metadata: Promise<JsonObject> | undefined;
  #keys: Promise<RemoteJWKSet> | undefined;
  #agent: Promise<Agent> | undefined;
  /** Until when a failed issuer is not asked again, on the clock of `performance.now`. */
  #resting = 0;

  constructor({ issuerUrl, caFile }: IssuerOptions) {
    this.url = issuerUrl;
    this.#caFile = caFile;
  }

  /** The keys that it signs with. @throws Error when they cannot be had. */
  keys(): Promise<RemoteJWKSet> {
    this.#keys ??= this.endpoint('jwks_uri').then(
      (url) =>
        createRemoteJWKSet(new URL(url), {
          cooldownDuration: REST_MS,
          timeoutDuration: TIMEOUT_MS,
          [customFetch]: (from) => this.#get(from),
        }),
      (error: unknown) => {
        this.#keys = undefined;
        throw error;
      },
    );
    return this.#keys;
  }

  /** Reads the metadata and keys anew when they are needed again. */
  forgetKeys(): void {
    this.#keys = undefined;
    this.#metadata = undefined;
  }

  /** The URL that its metadata has under this name. @throws Error when there is none. */
  async endpoint(name: string): Promise<string> {
    const { [name]: url } = await this.metadata();
    if (typeof url !== 'string' || !URL.canParse(url)) throw new Error(`the metadata of ${this.url} names no ${name}`);
    if (this.url.startsWith('https:') && !url.startsWith('https:'))
      throw new Error(`the metadata of ${this.url} names a ${name} without https`);
    return url;
  }

  /** What it says of itself. @throws Error when it cannot be asked. */
  metadata(): Promise<JsonObject> {
    this.#metadata ??= this.#discover().catch((error: unknown) => {
      this.#metadata = undefined;
      throw error;
    });
    return this.#metadata;
  }

  /** Posts a form. @throws Error when there is no answer. */
  post(url: string, form: URLSearchParams, headers: Record<string, string>): Promise<IssuerAnswer> {
    const body = form.toString();
    const type = 'application/x-www-form-urlencoded';
    return this.#send(url, { method: 'POST', body, headers: { ...headers, 'content-type': type } });
  }

  async #discover(): Promise<JsonObject> {
    const place = `${withoutEndingSlashes(this.url)}/.well-known/openid-configuration`;
    const response = await this.#get(place);
    const metadata: unknown = await response.json();
    if (!isObject(metadata)) throw new Error(`${place} holds no object`);
    if (metadata.issuer !== this.url) throw new Error(`it calls itself ${String(metadata.issuer)}`);
    return metadata;
  }

  async #get(url: string): Promise<Response> {
    if (performance.now() < this.#resting) throw new Error('it failed a moment ago');
    let status = 0;
    try {
      const answer = await this.#send(url, { method: 'GET' });
      if (answer.status !== 200) throw new Error(`${url} answered ${answer.status}`);
      status = answer.status;
      return new Response(answer.text, { status });
    } finally {
      if (status !== 200) this.#resting = performance.now() + REST_MS;
    }
  }

  async #send(
    url: string,
    request: { method: 'GET' | 'POST'; body?: string; headers?: Record<string, string> },
  ): Promise<IssuerAnswer> {
    this.#agent ??= this.#connect().catch((error: unknown) => {
      this.#agent = undefined;
      throw error;
    });
    const agent = await this.#agent;
    const { origin, pathname, search } = new URL(url);
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    // A redirect is not followed: what is sent is for this place only.
    const { statusCode: status, body } = await agent.request({ ...request, origin, path: pathname + search, signal });
    const parts: Buffer[] = [];
    let size = 0;
    for await (const part of body as AsyncIterable<Buffer>) {
      size += part.length;
      if (size > MAX_ANSWER) throw new Error(`${origin} answered with more than ${MAX_ANSWER} bytes`);
      parts.push(part);
    }
    return { status, text: Buffer.concat(parts).toString('utf8') };
  }

  async #connect(): Promise<Agent> {
    return new Agent({ ...NO_TIMERS, ...(this.#caFile && { connect: { ca: await readFile(this.#caFile) } }) });
  }
}
