import assert from 'node:assert/strict';
import { strengthOf } from '../../../../../src/kubernetes/text/redaction/credential-names.ts';

describe('strengthOf', () => {
  for (const [strength, names] of Object.entries({
    strong: [
      'DIGEST_PASSWORD',
      'http_digest_password',
      'FINGERPRINT_SECRET',
      'checksum_secret',
      'TOKENIZATION_DB_PASSWORD',
      'tokenizer-db-password',
      'SECRETARY_PASSWORD',
      'NOPASSWD_TOKEN',
      'passwordless_admin_password',
      'checksum/password',
      'SSHPASS',
      'VNCPASS',
      'DBPW',
      'password_md5',
      'POSTGRES_PASSWORD_MD5',
      'secret_md5',
      'rootpw',
      'adminpw',
    ],
    weak: ['session_id', 'auth', 'pin', 'someKey'],
    described: [
      'ADMIN_PASSWORD_SERVER',
      'PASSWORD_OWNER',
      'TOKEN_SERVICE_ACCOUNT',
      'CLUSTER_KEY',
      'HASH_KEY',
      'VALIDATION_KEY',
      'HOST_KEY',
      'secretName',
      'token_file',
      'total_tokens',
      'tokensPerMinute',
    ],
    none: [
      'tokenizer',
      'detokenized',
      'secretary',
      'bypass',
      'COMPASS',
      'password_digest',
      'keyFingerprint',
      'TOKEN_SHA256',
      'publicKey',
      'known_key',
      'lastPrivateKeyHash',
      'http2',
      'token_cleaner.go',
    ],
  }))
    it(`is ${strength}`, () => {
      for (const name of names) assert.equal(strengthOf(name), strength, name);
    });
});
