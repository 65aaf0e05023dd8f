import { UserError } from '../apimachinery/errors.ts';
import { isObject, type JsonObject } from '../apimachinery/objects.ts';
import type { ContextEntry } from './kubeconfig.ts';

const EXEC_VERSIONS = ['client.authentication.k8s.io/v1', 'client.authentication.k8s.io/v1beta1'];
const INTERACTIVE_MODES = ['Never', 'IfAvailable', 'Always'];

/** Refuses a context that kubectl refuses. @throws UserError that says what to change. */
export function assertUsable({ name, cluster, user }: ContextEntry): void {
  const problem =
    clusterProblem(contentOf(cluster.cluster), `cluster "${cluster.name}"`) ??
    userProblem(contentOf(user.user), `user "${user.name}"`);
  if (problem) throw new UserError(`Context "${name}" cannot be used, as with kubectl: ${problem}.`);
}

function contentOf(entry: unknown): JsonObject {
  return isObject(entry) ? entry : {};
}

function clusterProblem(cluster: JsonObject, which: string): string | undefined {
  const { 'certificate-authority': file, 'certificate-authority-data': data, 'proxy-url': proxy } = cluster;
  if (file && data) return `${which} has certificate-authority and certificate-authority-data; remove one of them`;
  if (cluster['insecure-skip-tls-verify'] && (file || data))
    return `${which} has insecure-skip-tls-verify beside a certificate authority; remove one of them (the authority is what keeps the connection safe)`;
  if (typeof proxy === 'string' && !isUrl(proxy, /^(https?|socks5):$/))
    return `the proxy-url of ${which} must be a URL that begins with http, https or socks5`;
  if (!isUrl(String(cluster.server), /^https?:$/))
    return `the server of ${which} must be a URL such as https://host:6443, and nothing else`;
  if (data && !isPem(data))
    return `the certificate-authority-data of ${which} holds no certificate: it is PEM, in base64`;
  return undefined;
}

// Other parsers ignore characters around or inside a URL that make it invalid, and what is behind a #; and they take a
// backslash for a slash, and no slashes for two, where client-go finds no host.
function isUrl(text: string, protocol: RegExp): boolean {
  return (
    !/[\s\p{Cc}#\\]/u.test(text) &&
    /^[a-z\d]+:\/\//i.test(text) &&
    URL.canParse(text) &&
    protocol.test(new URL(text).protocol)
  );
}

function isPem(data: unknown): boolean {
  return Buffer.from(String(data), 'base64').toString('latin1').includes('-----BEGIN ');
}

function userProblem(user: JsonObject, which: string): string | undefined {
  const { exec, 'auth-provider': provider } = user;
  for (const field of ['client-certificate', 'client-key'])
    if (user[field] && user[`${field}-data`]) return `${which} has ${field} and ${field}-data; remove one of them`;
  const [hasCertificate, hasKey] = ['client-certificate', 'client-key'].map(
    (field) => user[field] || user[`${field}-data`],
  );
  if (hasCertificate && !hasKey) return `${which} has a client certificate without its client-key`;
  for (const field of hasCertificate ? ['client-certificate-data', 'client-key-data'] : [])
    if (user[field] && !isPem(user[field])) return `the ${field} of ${which} is not what it must be: PEM, in base64`;
  if ((user.token && (user.username || user.password)) || (user.tokenFile && user.username))
    return `${which} has a token beside a username or password; remove one of them`;
  if (!user.as && ['as-uid', 'as-groups', 'as-user-extra'].some((field) => isGiven(user[field])))
    return `${which} impersonates groups, a uid or extra fields without a user: add "as"`;
  if (exec !== undefined && provider !== undefined)
    return `${which} has both exec and auth-provider; remove one of them`;
  if (exec !== undefined) return execProblem(contentOf(exec), which);
  return provider === undefined ? undefined : providerProblem(contentOf(provider), which);
}

/** A provider that would make the API server see an anonymous user where a login is meant. */
function providerProblem({ name, config }: JsonObject, which: string): string | undefined {
  if (!name) return `the auth-provider of ${which} has no name`;
  if (name !== 'oidc') return undefined;
  const fields = contentOf(config);
  const missing = ['idp-issuer-url', 'client-id'].find((field) => !fields[field]);
  if (missing) return `the auth-provider of ${which} needs ${missing} in its config`;
  if (!fields['id-token'] && !fields['refresh-token'])
    return `the auth-provider of ${which} has neither an id-token nor a refresh-token: log in with the tool that wrote it`;
  return undefined;
}

function execProblem({ command, apiVersion, interactiveMode, env }: JsonObject, which: string): string | undefined {
  if (!command) return `the exec of ${which} has no command`;
  if (!apiVersion) return `the exec of ${which} has no apiVersion; it is ${EXEC_VERSIONS.join(' or ')}`;
  if (!EXEC_VERSIONS.includes(String(apiVersion)))
    return `the exec of ${which} has the apiVersion ${String(apiVersion)}, which is none of ${EXEC_VERSIONS.join(', ')}: renew the kubeconfig with the tool that wrote it`;
  if (Array.isArray(env) && env.some((variable) => !isObject(variable) || !variable.name))
    return `the exec of ${which} has a variable without a name in its env`;
  const mode = interactiveMode ?? (apiVersion === EXEC_VERSIONS[0] ? undefined : 'IfAvailable');
  if (!INTERACTIVE_MODES.includes(String(mode)))
    return `the exec of ${which} needs an interactiveMode: ${INTERACTIVE_MODES.join(', ')}`;
  return undefined;
}

function isGiven(value: unknown): boolean {
  return Array.isArray(value) ? value.length > 0 : isObject(value) ? Object.keys(value).length > 0 : Boolean(value);
}
