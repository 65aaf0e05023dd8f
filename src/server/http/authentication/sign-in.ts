import type { AuthenticationOptions } from '../../command-line/http-options.ts';
import type { Log } from '../base/http-log.ts';
import type { Issuer } from './issuer.ts';
import type { TokenExchange } from './token-exchange.ts';

/** Where callers sign in, and what makes their tokens into ones for the API server; loaded only where configured. */
export interface SignIn {
  issuer: Issuer | undefined;
  exchange: TokenExchange | undefined;
}

export async function signInOf({ oidc, tokenExchange }: AuthenticationOptions, log: Log): Promise<SignIn> {
  if (!oidc) return { issuer: undefined, exchange: undefined };
  const { Issuer } = await import('./issuer.ts');
  const issuer = new Issuer(oidc);
  if (!tokenExchange) return { issuer, exchange: undefined };
  const { TokenExchange } = await import('./token-exchange.ts');
  return { issuer, exchange: new TokenExchange({ ...tokenExchange, issuer, log }) };
}
