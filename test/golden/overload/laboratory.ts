// The objects of the recordings beyond Kubernetes' own: two levels of three seats each, one with queues and one without.
import type { FlowSchema, PriorityLevelConfiguration } from '../../../src/api/flow-control/objects.ts';

const apiVersion = 'flowcontrol.apiserver.k8s.io/v1';
const queuing = { queues: 8, handSize: 2, queueLengthLimit: 5 };
const everything = { verbs: ['*'], apiGroups: ['*'], resources: ['*'], namespaces: ['*'], clusterScope: true };

export const labLevels: readonly PriorityLevelConfiguration[] = [
  level('lab', { type: 'Queue', queuing }),
  level('lab-reject', { type: 'Reject' }),
];

export const labSchemas: readonly FlowSchema[] = [
  schema('lab', 'lab', ['flood-a', 'flood-b']),
  schema('lab-reject', 'lab-reject', ['flood-reject']),
];

function level(
  name: string,
  limitResponse: NonNullable<PriorityLevelConfiguration['spec']['limited']>['limitResponse'],
): PriorityLevelConfiguration {
  const limited = { nominalConcurrencyShares: 30, lendablePercent: 0, borrowingLimitPercent: 0, limitResponse };
  return { apiVersion, kind: 'PriorityLevelConfiguration', metadata: { name }, spec: { type: 'Limited', limited } };
}

/** A flow is a user. */
function schema(name: string, priorityLevel: string, users: readonly string[]): FlowSchema {
  return {
    apiVersion,
    kind: 'FlowSchema',
    metadata: { name },
    spec: {
      priorityLevelConfiguration: { name: priorityLevel },
      matchingPrecedence: 700,
      distinguisherMethod: { type: 'ByUser' },
      rules: [{ subjects: users.map((user) => ({ kind: 'User', user: { name: user } })), resourceRules: [everything] }],
    },
  };
}
