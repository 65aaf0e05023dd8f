import type { webcrypto } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';

/** An OpenID Connect issuer as a resource server sees it: metadata and keys. */
export class TokenIssuer {
  readonly #server: Server;
  #number = 0;
  #key: webcrypto.CryptoKey | undefined;
  #keys: object[] = [];
  /** How often its keys were fetched. */
  reads = 0;
  /** How many requests it has received. */
  asked = 0;
  #fails = false;

  private constructor() {
    this.#server = createServer((request, response) => {
      this.asked += 1;
      response.setHeader('content-type', 'application/json');
      if (this.#fails) response.writeHead(503).end();
      else if (request.url === '/keys') {
        this.reads += 1;
        response.end(JSON.stringify({ keys: this.#keys }));
      } else if (request.url === '/.well-known/openid-configuration') {
        response.end(JSON.stringify({ issuer: this.url, jwks_uri: `${this.url}/keys` }));
      } else response.writeHead(404).end();
    });
  }

  static async start(): Promise<TokenIssuer> {
    const issuer = new TokenIssuer();
    await issuer.rotate();
    await new Promise<void>((resolve) => issuer.#server.listen(0, '127.0.0.1', resolve));
    return issuer;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get keyId(): string {
    return `key-${this.#number}`;
  }

  /** The current public signing key. */
  get publicKey(): object {
    return this.#keys.at(-1) ?? {};
  }

  /** Rotates to a new signing key and forgets the old one. */
  async rotate(): Promise<void> {
    this.#number += 1;
    const { publicKey, privateKey } = await generateKeyPair('ES256');
    this.#key = privateKey;
    this.#keys = [{ ...(await exportJWK(publicKey)), kid: this.keyId, alg: 'ES256', use: 'sig' }];
  }

  /** Answers nothing from now on. */
  fail(): void {
    this.#fails = true;
  }

  /** A token for `mcp-k8s`, valid for a minute unless the claims say otherwise. */
  sign(claims: JWTPayload = {}, keyId = this.keyId): Promise<string> {
    const now = Math.floor(Date.now() / 1000);
    if (!this.#key) throw new Error('not started');
    return new SignJWT({ iss: this.url, aud: 'mcp-k8s', sub: 'alice', exp: now + 60, ...claims })
      .setProtectedHeader({ alg: 'ES256', kid: keyId })
      .sign(this.#key);
  }

  stop(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}
