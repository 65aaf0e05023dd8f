import { readFile, stat } from 'node:fs/promises';
import { UserError } from '../apimachinery/errors.ts';
import { isObject, type JsonObject } from '../apimachinery/objects.ts';

/** Headers of a request. */
export type Headers = Record<string, string | string[]>;

/**
 * The headers that say who sends a request, as client-go sets them: credentials in the server's URL come first, then
 * the token file, then what client-node made of the rest of the kubeconfig.
 */
export async function userHeaders(server: string, user: JsonObject, made: Headers): Promise<Headers> {
  const authorization = urlLogin(server) ?? (await fileLogin(user)) ?? made.Authorization;
  return { ...made, ...(authorization !== undefined && { Authorization: headerOf(authorization) }) };
}

/** The headers of whom the kubeconfig's user acts as. */
export function impersonationHeaders(user: unknown): Headers {
  if (!isObject(user)) return {};
  const headers: Headers = {};
  if (user.as) headers['Impersonate-User'] = headerValue(user.as);
  if (Array.isArray(user['as-groups'])) headers['Impersonate-Group'] = user['as-groups'].map(headerValue);
  if (user['as-uid']) headers['Impersonate-Uid'] = headerValue(user['as-uid']);
  if (isObject(user['as-user-extra'])) {
    for (const [key, values] of Object.entries(user['as-user-extra'])) {
      headers[`Impersonate-Extra-${encodeURIComponent(key)}`] = Array.isArray(values)
        ? values.map(headerValue)
        : headerValue(values);
    }
  }
  return headers;
}

function urlLogin(server: string): string | undefined {
  if (!URL.canParse(server)) return undefined;
  const { username, password } = new URL(server);
  if (username === '' && password === '') return undefined;
  return `Basic ${Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString('base64')}`;
}

/** Read each time, as it may have been renewed. The kubeconfig's token replaces a file that cannot be read. */
async function fileLogin({ token, tokenFile }: JsonObject): Promise<string | undefined> {
  if (typeof tokenFile !== 'string' || tokenFile === '') return undefined;
  try {
    // Reading a pipe that never ends would never end.
    if (!(await stat(tokenFile)).isFile()) throw new UserError(`${tokenFile} is no regular file, so it is not read`);
    const text = (await readFile(tokenFile, 'utf8')).trim();
    if (text === '') throw new UserError(`the token file ${tokenFile} is empty`);
    return `Bearer ${text}`;
  } catch (error) {
    if (token) return undefined;
    throw error;
  }
}

function headerOf(value: string | string[]): string | string[] {
  return Array.isArray(value) ? value.map(headerValue) : headerValue(value);
}

// Node sends each character of a header as one byte; Kubernetes reads the bytes as UTF-8. A line end would be refused.
function headerValue(value: unknown): string {
  return Buffer.from(String(value).trim(), 'utf8').toString('latin1');
}
