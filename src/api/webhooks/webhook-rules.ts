// Admission webhooks (admissionregistration.k8s.io/v1): which requests the rules and selectors of a configuration are for.
import type { KubeObject } from '../../model/object-store.ts';
import { compileLabelSelector, type LabelSelectorObject } from '../../model/parse/label-selector.ts';
import type { RequestInfo } from '../flow-control/request-info.ts';

export interface Webhook {
  readonly name: string;
  readonly clientConfig?: {
    readonly url?: string;
    readonly service?: {
      readonly namespace: string;
      readonly name: string;
      readonly path?: string;
      readonly port?: number;
    };
  };
  readonly rules?: readonly WebhookRule[];
  readonly failurePolicy?: string;
  readonly timeoutSeconds?: number;
  readonly namespaceSelector?: LabelSelectorObject;
  readonly objectSelector?: LabelSelectorObject;
}

interface WebhookRule {
  readonly operations?: readonly string[];
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  readonly scope?: string;
}

export interface WebhookConfiguration extends KubeObject {
  readonly webhooks?: readonly Webhook[];
}

type Labels = Readonly<Record<string, string>>;

/** What selectors look at: labels of the object, and of its namespace (undefined for an object in none). */
export interface SelectedLabels {
  readonly object: Labels;
  readonly namespace: Labels | undefined;
}

const OPERATIONS: Readonly<Record<string, string>> = {
  create: 'CREATE',
  update: 'UPDATE',
  patch: 'UPDATE',
  delete: 'DELETE',
  deletecollection: 'DELETE',
};

export function isForWebhook(webhook: Webhook, info: RequestInfo, labels: () => SelectedLabels): boolean {
  const operation = OPERATIONS[info.verb];
  // Nobody may lock himself out: webhooks are not asked about webhooks.
  if (operation === undefined || info.apiGroup === 'admissionregistration.k8s.io') return false;
  if (!(webhook.rules ?? []).some((rule) => fits(rule, operation, info))) return false;
  const { namespaceSelector, objectSelector } = webhook;
  if (isEmpty(namespaceSelector) && isEmpty(objectSelector)) return true;
  const { object, namespace } = labels();
  return (
    (namespace === undefined || compileLabelSelector(namespaceSelector ?? {}).matches(namespace)) &&
    compileLabelSelector(objectSelector ?? {}).matches(object)
  );
}

function fits(
  { operations = [], apiGroups = [], resources = [], scope = '*' }: WebhookRule,
  operation: string,
  info: RequestInfo,
): boolean {
  return (
    (operations.includes('*') || operations.includes(operation)) &&
    (apiGroups.includes('*') || apiGroups.includes(info.apiGroup)) &&
    (scope === '*' || (scope === 'Namespaced') === (info.namespace !== '')) &&
    resources.some((resource) => covers(resource, info))
  );
}

/** `pods`, `pods/status`, `pods/*`, `*` (all but subresources), `*`/`scale`, `*`/`*`. */
function covers(rule: string, { resource, subresource }: RequestInfo): boolean {
  const [of, sub = ''] = rule.split('/');
  return (of === '*' || of === resource) && (sub === '*' || sub === subresource);
}

function isEmpty(selector: LabelSelectorObject | undefined): boolean {
  return selector === undefined || Object.keys(selector).length === 0;
}
