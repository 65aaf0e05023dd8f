import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Authority, type Subject, tokenKeys } from './certificates.ts';
import type { Credential } from './users.ts';

/** Where a cluster's data, keys, configurations and logs are, until it ends. */
export class DataFolder {
  readonly path = mkdtempSync(join(tmpdir(), 'mcp-k8s-cluster-'));
  readonly #authority = new Authority('mcp-k8s-test-ca');
  readonly ca: string;
  readonly caCertificate = this.#authority.certificate;

  constructor() {
    for (const folder of ['logs', 'pods', 'work']) mkdirSync(join(this.path, folder));
    this.ca = this.write('ca.crt', this.caCertificate);
    const keys = tokenKeys();
    this.write('service-account.pub', keys.publicKey);
    this.write('service-account.key', keys.privateKey);
  }

  file(name: string): string {
    return join(this.path, name);
  }

  write(name: string, content: string): string {
    writeFileSync(this.file(name), content, { mode: 0o600 });
    return this.file(name);
  }

  /** Writes `<name>.crt` and `<name>.key`, and returns them as a user's login. */
  issue(name: string, subject: Subject): { login: Credential } {
    const { certificate, key } = this.#authority.issue(subject);
    this.write(`${name}.crt`, certificate);
    this.write(`${name}.key`, key);
    const base64 = (text: string) => Buffer.from(text).toString('base64');
    return { login: { certData: base64(certificate), keyData: base64(key) } };
  }
}
