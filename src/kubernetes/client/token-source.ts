import { UserError } from '../apimachinery/errors.ts';

/** The tokens of whoever requests are made for: they take the place of every login in the kubeconfig. */
export interface TokenSource {
  /** The token for the next request. @throws UserError when there is none. */
  token(): Promise<string>;
  /** The API server has refused this one. */
  refused?(token: string): void;
}

/** The token of a source for a server's address. @throws UserError where it could be read on its way. */
export async function tokenFor(source: TokenSource, server: string): Promise<string> {
  // Without it, a request would be made as whoever answers at the address, such as the user of a kubectl proxy.
  if (!/^https:/i.test(server)) throw new UserError("the caller's token is sent to https:// only, never unencrypted");
  return source.token();
}
