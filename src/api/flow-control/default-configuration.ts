// The mandatory and the suggested FlowSchemas and PriorityLevelConfigurations of Kubernetes 1.36.
import {
  CATCH_ALL,
  EXEMPT,
  FLOW_CONTROL,
  type FlowSchema,
  type PriorityLevelConfiguration,
  type Subject,
} from './objects.ts';
import { AUTHENTICATED, MASTERS, NODES, SERVICE_ACCOUNTS, UNAUTHENTICATED } from './users.ts';

/** On objects that the API server keeps as they are here. */
export const AUTO_UPDATE = 'apf.kubernetes.io/autoupdate-spec';

const ALL = ['*'];
const EVERYBODY = groups(UNAUTHENTICATED, AUTHENTICATED);
const LEASES = ['coordination.k8s.io'];
const EVERY_RESOURCE = { verbs: ALL, apiGroups: ALL, resources: ALL, namespaces: ALL, clusterScope: true };
const EVERYTHING = {
  resourceRules: [EVERY_RESOURCE],
  nonResourceRules: [{ verbs: ALL, nonResourceURLs: ALL }],
};

export const mandatoryLevels: readonly PriorityLevelConfiguration[] = [
  level(EXEMPT, { type: 'Exempt', exempt: { nominalConcurrencyShares: 0, lendablePercent: 0 } }),
  level(CATCH_ALL, {
    type: 'Limited',
    limited: { nominalConcurrencyShares: 5, lendablePercent: 0, limitResponse: { type: 'Reject' } },
  }),
];

export const suggestedLevels: readonly PriorityLevelConfiguration[] = [
  queued('system', { shares: 30, lendable: 33, queues: 64, hand: 6 }),
  queued('node-high', { shares: 40, lendable: 25, queues: 64, hand: 6 }),
  queued('leader-election', { shares: 10, lendable: 0, queues: 16, hand: 4 }),
  queued('workload-high', { shares: 40, lendable: 50, queues: 128, hand: 6 }),
  queued('workload-low', { shares: 100, lendable: 90, queues: 128, hand: 6 }),
  queued('global-default', { shares: 20, lendable: 50, queues: 128, hand: 6 }),
];

export const mandatorySchemas: readonly FlowSchema[] = [
  schema('exempt', EXEMPT, 1, undefined, [{ subjects: groups(MASTERS), ...EVERYTHING }]),
  schema('catch-all', CATCH_ALL, 10_000, 'ByUser', [{ subjects: EVERYBODY, ...EVERYTHING }]),
];

export const suggestedSchemas: readonly FlowSchema[] = [
  schema('probes', EXEMPT, 2, undefined, [
    { subjects: EVERYBODY, nonResourceRules: [{ verbs: ['get'], nonResourceURLs: ['/healthz', '/readyz', '/livez'] }] },
  ]),
  schema('system-leader-election', 'leader-election', 100, 'ByUser', [
    {
      subjects: [...users('system:kube-controller-manager', 'system:kube-scheduler'), kubeSystem()],
      resourceRules: [
        { verbs: ['get', 'create', 'update'], apiGroups: LEASES, resources: ['leases'], namespaces: ALL },
      ],
    },
  ]),
  schema('system-node-high', 'node-high', 400, 'ByUser', [
    {
      subjects: groups(NODES),
      resourceRules: [
        { verbs: ALL, apiGroups: [''], resources: ['nodes', 'nodes/status'], namespaces: ALL, clusterScope: true },
        { verbs: ALL, apiGroups: LEASES, resources: ['leases'], namespaces: ALL },
      ],
    },
  ]),
  schema('system-nodes', 'system', 500, 'ByUser', [{ subjects: groups(NODES), ...EVERYTHING }]),
  schema('kube-controller-manager', 'workload-high', 800, 'ByNamespace', [
    { subjects: users('system:kube-controller-manager'), ...EVERYTHING },
  ]),
  schema('kube-scheduler', 'workload-high', 800, 'ByNamespace', [
    { subjects: users('system:kube-scheduler'), ...EVERYTHING },
  ]),
  schema('kube-system-service-accounts', 'workload-high', 900, 'ByNamespace', [
    { subjects: [kubeSystem()], ...EVERYTHING },
  ]),
  schema('service-accounts', 'workload-low', 9000, 'ByUser', [{ subjects: groups(SERVICE_ACCOUNTS), ...EVERYTHING }]),
  schema('global-default', 'global-default', 9900, 'ByUser', [{ subjects: EVERYBODY, ...EVERYTHING }]),
];

function level(name: string, spec: PriorityLevelConfiguration['spec']): PriorityLevelConfiguration {
  return { apiVersion: FLOW_CONTROL, kind: 'PriorityLevelConfiguration', metadata: kept(name), spec };
}

function queued(
  name: string,
  of: { readonly shares: number; readonly lendable: number; readonly queues: number; readonly hand: number },
): PriorityLevelConfiguration {
  const queuing = { queues: of.queues, handSize: of.hand, queueLengthLimit: 50 };
  return level(name, {
    type: 'Limited',
    limited: {
      nominalConcurrencyShares: of.shares,
      lendablePercent: of.lendable,
      limitResponse: { type: 'Queue', queuing },
    },
  });
}

function schema(
  name: string,
  priorityLevel: string,
  matchingPrecedence: number,
  method: 'ByUser' | 'ByNamespace' | undefined,
  rules: NonNullable<FlowSchema['spec']['rules']>,
): FlowSchema {
  return {
    apiVersion: FLOW_CONTROL,
    kind: 'FlowSchema',
    metadata: kept(name),
    spec: {
      priorityLevelConfiguration: { name: priorityLevel },
      matchingPrecedence,
      ...(method === undefined ? {} : { distinguisherMethod: { type: method } }),
      rules,
    },
  };
}

function kept(name: string): { readonly name: string; readonly annotations: Readonly<Record<string, string>> } {
  return { name, annotations: { [AUTO_UPDATE]: 'true' } };
}

function groups(...names: readonly string[]): Subject[] {
  return names.map((name) => ({ kind: 'Group', group: { name } }));
}

function users(...names: readonly string[]): Subject[] {
  return names.map((name) => ({ kind: 'User', user: { name } }));
}

function kubeSystem(): Subject {
  return { kind: 'ServiceAccount', serviceAccount: { name: '*', namespace: 'kube-system' } };
}
