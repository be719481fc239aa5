// How nodes, namespaces, events, quotas and what configures a cluster are printed.
import type { Lease } from 'kubernetes-types/coordination/v1.js';
import type {
  ConfigMap,
  Event,
  Namespace,
  Node,
  ResourceQuota,
  Secret,
  ServiceAccount,
} from 'kubernetes-types/core/v1.js';
import type { FlowSchema, PriorityLevelConfiguration } from 'kubernetes-types/flowcontrol/v1.js';
import type { RuntimeClass } from 'kubernetes-types/node/v1.js';
import type { RoleBinding, Subject } from 'kubernetes-types/rbac/v1.js';
import type { PriorityClass } from 'kubernetes-types/scheduling/v1.js';
import type { Cell, Printer, Printers } from './printer.ts';
import { NONE, since } from './texts.ts';

const ROLE_PREFIX = 'node-role.kubernetes.io/';
const ROLE = 'kubernetes.io/role';

interface Webhooks {
  readonly metadata: { readonly name: string; readonly creationTimestamp?: string };
  readonly webhooks?: readonly object[];
}

const webhooks: Printer = ({ metadata, webhooks: hooks = [] }: Webhooks, nowUs) => [
  metadata.name,
  hooks.length,
  since(metadata.creationTimestamp, nowUs),
];

const roleBinding: Printer = ({ metadata, roleRef, subjects = [] }: RoleBinding, nowUs) => [
  metadata?.name ?? '',
  `${roleRef.kind}/${roleRef.name}`,
  since(metadata?.creationTimestamp, nowUs),
  named(subjects, 'User'),
  named(subjects, 'Group'),
  subjects
    .filter(({ kind }) => kind === 'ServiceAccount')
    .map(({ namespace = '', name }) => `${namespace}/${name}`)
    .join(', '),
];

export const clusterPrinters: Printers = {
  Node: ({ metadata, spec, status }: Node, nowUs) => {
    const ready = status?.conditions?.find(({ type }) => type === 'Ready');
    const states = [ready === undefined ? 'Unknown' : ready.status === 'True' ? 'Ready' : 'NotReady'];
    if (spec?.unschedulable === true) states.push('SchedulingDisabled');
    const roles = rolesOf(metadata?.labels ?? {});
    const {
      kubeletVersion = '',
      osImage,
      kernelVersion,
      containerRuntimeVersion,
      architecture = '',
    } = status?.nodeInfo ?? {};
    const address = (wanted: string): string => status?.addresses?.find(({ type }) => type === wanted)?.address ?? NONE;
    const kernel = orUnknown(kernelVersion);
    return [
      metadata?.name ?? '',
      states.join(','),
      roles.length === 0 ? NONE : roles.join(','),
      since(metadata?.creationTimestamp, nowUs),
      kubeletVersion,
      address('InternalIP'),
      address('ExternalIP'),
      orUnknown(osImage),
      architecture === '' ? kernel : `${kernel} (${architecture})`,
      orUnknown(containerRuntimeVersion),
    ];
  },
  Namespace: ({ metadata, status }: Namespace, nowUs) => [
    metadata?.name ?? '',
    status?.phase ?? '',
    since(metadata?.creationTimestamp, nowUs),
  ],
  Event: (event: Event, nowUs) => {
    const { metadata, type = '', reason = '', message = '', involvedObject, source, series } = event;
    const first = since(event.firstTimestamp ?? event.eventTime, nowUs);
    const last =
      series === undefined
        ? event.lastTimestamp === undefined
          ? first
          : since(event.lastTimestamp, nowUs)
        : since(series.lastObservedTime, nowUs);
    const component = source?.component ?? event.reportingComponent ?? '';
    const instance = source?.host ?? event.reportingInstance ?? '';
    const kind = (involvedObject.kind ?? '').toLowerCase();
    return [
      last,
      type,
      reason,
      (involvedObject.name ?? '') === '' ? kind : `${kind}/${involvedObject.name}`,
      involvedObject.fieldPath ?? '',
      instance === '' ? component : `${component}, ${instance}`,
      message.trim(),
      first,
      series?.count ?? event.count ?? 1,
      metadata.name ?? '',
    ];
  },
  ConfigMap: ({ metadata, data = {}, binaryData = {} }: ConfigMap, nowUs) => [
    metadata?.name ?? '',
    Object.keys(data).length + Object.keys(binaryData).length,
    since(metadata?.creationTimestamp, nowUs),
  ],
  Secret: ({ metadata, type = '', data = {} }: Secret, nowUs) => [
    metadata?.name ?? '',
    type,
    Object.keys(data).length,
    since(metadata?.creationTimestamp, nowUs),
  ],
  ServiceAccount: ({ metadata }: ServiceAccount, nowUs) => [
    metadata?.name ?? '',
    since(metadata?.creationTimestamp, nowUs),
  ],
  ResourceQuota: ({ metadata, status }: ResourceQuota, nowUs) => {
    const { hard = {}, used = {} } = status ?? {};
    const parts = Object.keys(hard)
      .sort()
      .map((name) => ({ name, text: `${name}: ${used[name] ?? '0'}/${hard[name]}` }));
    const isLimit = ({ name }: { readonly name: string }): boolean => name.startsWith('limits.');
    const joined = (some: typeof parts): string => some.map(({ text }) => text).join(', ');
    return [
      metadata?.name ?? '',
      joined(parts.filter((part) => !isLimit(part))),
      joined(parts.filter(isLimit)),
      since(metadata?.creationTimestamp, nowUs),
    ];
  },
  Lease: ({ metadata, spec }: Lease, nowUs) => [
    metadata?.name ?? '',
    spec?.holderIdentity ?? '',
    since(metadata?.creationTimestamp, nowUs),
  ],
  PriorityClass: ({ metadata, value, globalDefault = false, preemptionPolicy = '' }: PriorityClass, nowUs) => [
    metadata?.name ?? '',
    value,
    globalDefault,
    since(metadata?.creationTimestamp, nowUs),
    preemptionPolicy,
  ],
  RuntimeClass: ({ metadata, handler }: RuntimeClass, nowUs) => [
    metadata?.name ?? '',
    handler,
    since(metadata?.creationTimestamp, nowUs),
  ],
  RoleBinding: roleBinding,
  ClusterRoleBinding: roleBinding,
  MutatingWebhookConfiguration: webhooks,
  ValidatingWebhookConfiguration: webhooks,
  FlowSchema: ({ metadata, spec, status }: FlowSchema, nowUs) => [
    metadata?.name ?? '',
    spec?.priorityLevelConfiguration.name ?? '',
    spec?.matchingPrecedence ?? 0,
    spec?.distinguisherMethod?.type ?? NONE,
    since(metadata?.creationTimestamp, nowUs),
    status?.conditions?.find(({ type }) => type === 'Dangling')?.status ?? '?',
  ],
  PriorityLevelConfiguration: ({ metadata, spec }: PriorityLevelConfiguration, nowUs): Cell[] => {
    const queuing = spec?.limited?.limitResponse?.queuing;
    return [
      metadata?.name ?? '',
      spec?.type ?? '',
      spec?.limited?.nominalConcurrencyShares ?? NONE,
      queuing?.queues ?? NONE,
      queuing?.handSize ?? NONE,
      queuing?.queueLengthLimit ?? NONE,
      since(metadata?.creationTimestamp, nowUs),
    ];
  },
};

function rolesOf(labels: Readonly<Record<string, string>>): string[] {
  const roles = Object.entries(labels).flatMap(([key, value]) => {
    if (key.startsWith(ROLE_PREFIX) && key !== ROLE_PREFIX) return [key.slice(ROLE_PREFIX.length)];
    return key === ROLE && value !== '' ? [value] : [];
  });
  return [...new Set(roles)].sort();
}

function orUnknown(text: string | undefined): string {
  return text === undefined || text === '' ? '<unknown>' : text;
}

function named(subjects: readonly Subject[], wanted: string): string {
  return subjects
    .filter(({ kind }) => kind === wanted)
    .map(({ name }) => name)
    .join(', ');
}
