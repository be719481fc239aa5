// Users of the API server and their groups, as they are after authentication.

export interface User {
  readonly name: string;
  readonly groups: readonly string[];
}

export const MASTERS = 'system:masters';
export const AUTHENTICATED = 'system:authenticated';
export const UNAUTHENTICATED = 'system:unauthenticated';
export const NODES = 'system:nodes';
export const SERVICE_ACCOUNTS = 'system:serviceaccounts';
const SERVICE_ACCOUNT = 'system:serviceaccount:';
const NODE = 'system:node:';

export function serviceAccount(namespace: string, name: string): string {
  return `${SERVICE_ACCOUNT}${namespace}:${name}`;
}

export function nodeUser(node: string): string {
  return NODE + node;
}

/** The namespace of a service account's user; undefined for any other. */
export function accountNamespace(user: string): string | undefined {
  if (!user.startsWith(SERVICE_ACCOUNT)) return undefined;
  const end = user.indexOf(':', SERVICE_ACCOUNT.length);
  return end < 0 ? undefined : user.slice(SERVICE_ACCOUNT.length, end);
}

/** The user of that name with the groups that the API server itself gives, and those that its credentials name. */
export function userOf(name: string, groups: readonly string[] = []): User {
  if (name === 'system:anonymous') return { name, groups: [...groups, UNAUTHENTICATED] };
  const namespace = accountNamespace(name);
  const own = namespace === undefined ? [] : [SERVICE_ACCOUNTS, `${SERVICE_ACCOUNTS}:${namespace}`];
  const node = name.startsWith(NODE) ? [NODES] : [];
  return { name, groups: [...groups, ...own, ...node, AUTHENTICATED] };
}
