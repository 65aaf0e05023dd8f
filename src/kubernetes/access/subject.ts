import { type Identity, serviceAccount } from './rbac.ts';

/** The subject whose rights are checked. */
export interface CheckedSubject {
  /** `ServiceAccount shop/api`. */
  text: string;
  identity: Identity;
  /** Set for a ServiceAccount. */
  account?: { namespace: string; name: string };
  /** The name of a user that was given without saying that it is one. */
  bare?: string;
}

const ACCOUNT = /^(?:(?:serviceaccounts?|sa)[ :/])?([a-z0-9-]+)\/([a-z0-9.-]+)$/i;
const ACCOUNT_USER = /^(?:user[ :/])?system:serviceaccount:([^:]+):([^:]+)$/i;

/** Parses `shop/api`, `ServiceAccount shop/api`, `user:alice`, `group:devs`, `alice`, or the API server's user name. */
export function parseSubject(text: string, groups: readonly string[]): CheckedSubject {
  const account = ACCOUNT_USER.exec(text) ?? ACCOUNT.exec(text);
  if (account) {
    const [, namespace = '', name = ''] = account;
    const { user, groups: own } = serviceAccount(namespace, name);
    const identity = { user, groups: [...own, ...groups] };
    return { text: `ServiceAccount ${namespace}/${name}`, identity, account: { namespace, name } };
  }
  const group = /^groups?[ :/](.+)$/i.exec(text)?.[1];
  if (group) return { text: `Group ${group}`, identity: { groups: [group, ...groups] } };
  const named = /^users?[ :/](.+)$/i.exec(text)?.[1];
  const user = named ?? text;
  const identity = { user, groups: [...groups, 'system:authenticated'] };
  return { text: `User ${user}`, identity, ...(named === undefined && { bare: text }) };
}
