import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAuthority, type Subject, tokenKeys } from './certificates.ts';
import type { Credential } from './users.ts';

/** Where a cluster's data, keys, configurations and logs are until it ends. */
export class DataFolder {
  readonly path = mkdtempSync(join(tmpdir(), 'mcp-k8s-cluster-'));
  readonly ca: string;
  readonly caCertificate: string;
  readonly #logins = new Map<string, Credential>();

  private constructor(caCertificate: string) {
    this.caCertificate = caCertificate;
    for (const folder of ['pods', 'work']) mkdirSync(this.file(folder));
    this.ca = this.write('ca.crt', caCertificate);
  }

  /** Makes the folder, with `<name>.crt` and `<name>.key` for each subject. */
  static async create(subjects: Record<string, Subject>): Promise<DataFolder> {
    const authority = await createAuthority('mcp-k8s-test-ca');
    const data = new DataFolder(authority.certificate);
    const tokens = await tokenKeys();
    data.write('service-account.pub', tokens.public);
    data.write('service-account.key', tokens.private);
    const base64 = (text: string) => Buffer.from(text).toString('base64');
    for (const [name, subject] of Object.entries(subjects)) {
      const pair = await authority.issue(subject);
      data.write(`${name}.crt`, pair.public);
      data.write(`${name}.key`, pair.private);
      data.#logins.set(name, { certData: base64(pair.public), keyData: base64(pair.private) });
    }
    return data;
  }

  file(name: string): string {
    return join(this.path, name);
  }

  write(name: string, content: string): string {
    writeFileSync(this.file(name), content, { mode: 0o600 });
    return this.file(name);
  }

  /** A subject's certificate as a user's login. */
  login(name: string): Credential {
    const login = this.#logins.get(name);
    if (!login) throw new Error(`no certificate was issued for ${name}`);
    return login;
  }
}
