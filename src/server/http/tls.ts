import { readFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import { createSecureContext, type SecureContextOptions } from 'node:tls';
import { messageOf } from '../../kubernetes/apimachinery/errors.ts';
import { filesFingerprint } from '../../kubernetes/client/files-fingerprint.ts';
import type { HttpOptions } from '../command-line/http-options.ts';
import type { Log } from './base/http-log.ts';
import type { CreateServer } from './listener.ts';

/** How often the files are checked for changes, in milliseconds. */
const CHECK_INTERVAL_MS = 1_000;

/**
 * Makes HTTPS servers that switch to a new certificate when its files change.
 * @throws Error when certificate and key are unusable.
 */
export async function followCertificate(files: NonNullable<HttpOptions['tls']>, log: Log): Promise<CreateServer> {
  const paths = [files.certFile, files.keyFile];
  let fingerprint = filesFingerprint(paths);
  const first = await load(files);
  return (options) => {
    const server = createServer({ ...options, ...first, minVersion: 'TLSv1.2' });
    const look = async () => {
      const latest = filesFingerprint(paths);
      if (latest === fingerprint) return;
      fingerprint = latest;
      // While a pair is being replaced its halves do not match: the old one stays until both are there.
      await load(files).then(
        (pair) => server.setSecureContext({ ...pair, minVersion: 'TLSv1.2' }),
        (error: unknown) => log('warning', `The changed certificate is not used: ${messageOf(error)}`),
      );
    };
    setInterval(() => void look(), CHECK_INTERVAL_MS).unref();
    return server;
  };
}

async function load({ certFile, keyFile }: NonNullable<HttpOptions['tls']>): Promise<SecureContextOptions> {
  const [cert, key] = await Promise.all([readFile(certFile), readFile(keyFile)]);
  createSecureContext({ cert, key });
  return { cert, key };
}
