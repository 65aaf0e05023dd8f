import { UserError } from '../apimachinery/errors.ts';
import { isObject, type JsonObject, ownValue } from '../apimachinery/objects.ts';
import { withPlainScheme } from '../apimachinery/urls.ts';
import type { ContextEntry } from './kubeconfig.ts';
import { type OidcLogin, oidcLogin } from './oidc-login.ts';
import { tokensOf } from './oidc-tokens.ts';

/** What kubectl says about features it has removed. */
const REMOVED: Record<string, string> = {
  azure:
    'The azure auth plugin has been removed. Please use the https://github.com/Azure/kubelogin kubectl/client-go credential plugin instead. See https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins for further details',
  gcp: 'The gcp auth plugin has been removed. Please use the "gke-gcloud-auth-plugin" kubectl/client-go credential plugin instead. See https://cloud.google.com/blog/products/containers-kubernetes/kubectl-auth-changes-in-gke for further details',
};

/**
 * The login that the user's auth-provider names; undefined if there is none, or, as in client-go, if something else
 * identifies the user.
 * @throws UserError for a provider that is none.
 */
export function providerLogin(user: JsonObject, entry: ContextEntry['user']): OidcLogin | undefined {
  const { 'auth-provider': provider } = user;
  if (!isObject(provider) || user.token || user.tokenFile || user.username) return undefined;
  const { name, config } = provider;
  if (name !== 'oidc')
    throw new UserError(ownValue(REMOVED, String(name)) ?? `no Auth Provider found for name ${JSON.stringify(name)}`);
  const fields = isObject(config) ? config : {};
  if ('exec' in fields || 'cmd-path' in fields)
    throw new UserError('an auth-provider runs no program here: a credential plugin is named under exec');
  const text = (field: string) => String(fields[field] ?? '');
  const client = {
    issuer: withPlainScheme(text('idp-issuer-url')),
    id: text('client-id'),
    secret: text('client-secret'),
    authorityFile: text('idp-certificate-authority'),
    authorityData: text('idp-certificate-authority-data'),
  };
  const { name: userName, source = '', confinement } = entry;
  const isKept = source !== '' && confinement?.pins === undefined;
  return oidcLogin({ name: userName, client, kubeconfig: source, isKept }, tokensOf(user));
}

/** Is it the field of a token that an auth-provider has renewed? */
export function isProviderToken(field: string): boolean {
  return field === 'id-token' || field === 'refresh-token';
}

/** Hands the tokens of a changed kubeconfig to the login that is under way with earlier ones, if there is one. */
export function offerTokens(entry: ContextEntry['user']): void {
  const { user } = entry;
  if (isObject(user) && isObject(user['auth-provider']) && user['auth-provider'].name === 'oidc')
    providerLogin(user, entry);
}
