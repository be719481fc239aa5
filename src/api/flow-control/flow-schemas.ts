// Which FlowSchema a request belongs to: the first in the order of matching precedence of which a rule fits.
import type { FlowSchema, ResourceRule, Subject } from './objects.ts';
import type { RequestInfo } from './request-info.ts';
import { accountNamespace, serviceAccount, type User } from './users.ts';

/** By precedence, of equal ones by name. */
export function inMatchingOrder(schemas: readonly FlowSchema[]): FlowSchema[] {
  return schemas.toSorted(
    (a, b) => a.spec.matchingPrecedence - b.spec.matchingPrecedence || (a.metadata.name < b.metadata.name ? -1 : 1),
  );
}

export function matches({ spec: { rules = [] } }: FlowSchema, user: User, info: RequestInfo): boolean {
  return rules.some(
    ({ subjects, resourceRules = [] }) =>
      subjects.some((subject) => isSubject(subject, user)) && resourceRules.some((rule) => covers(rule, info)),
  );
}

/** What tells the flows of one schema apart. */
export function distinguisher({ spec }: FlowSchema, user: User, { namespace }: RequestInfo): string {
  const type = spec.distinguisherMethod?.type;
  return type === 'ByUser' ? user.name : type === 'ByNamespace' ? namespace : '';
}

function isSubject({ kind, user: one, group, serviceAccount: account }: Subject, user: User): boolean {
  if (kind === 'User') return one !== undefined && (one.name === '*' || one.name === user.name);
  if (kind === 'Group') return group !== undefined && (group.name === '*' || user.groups.includes(group.name));
  if (account === undefined) return false;
  if (account.name === '*') return accountNamespace(user.name) === account.namespace;
  return user.name === serviceAccount(account.namespace, account.name);
}

function covers(rule: ResourceRule, { verb, resource, subresource, apiGroup, namespace }: RequestInfo): boolean {
  return (
    has(rule.verbs, verb) &&
    has(rule.resources, subresource === '' ? resource : `${resource}/${subresource}`) &&
    has(rule.apiGroups, apiGroup) &&
    (namespace === '' ? rule.clusterScope === true : has(rule.namespaces ?? [], namespace))
  );
}

/** A star stands alone, or for itself. */
function has(list: readonly string[], one: string): boolean {
  return (list.length === 1 && list[0] === '*') || list.includes(one);
}
