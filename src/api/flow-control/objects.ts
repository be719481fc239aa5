// FlowSchemas and PriorityLevelConfigurations (flowcontrol.apiserver.k8s.io/v1), as far as they act.
import type { KubeObject } from '../../model/object-store.ts';

export const FLOW_CONTROL = 'flowcontrol.apiserver.k8s.io/v1';

interface Queuing {
  readonly queues: number;
  readonly handSize: number;
  readonly queueLengthLimit: number;
}

interface PrioritySpec {
  readonly type: 'Exempt' | 'Limited';
  readonly exempt?: { readonly nominalConcurrencyShares?: number; readonly lendablePercent?: number };
  readonly limited?: {
    readonly nominalConcurrencyShares?: number;
    readonly lendablePercent?: number;
    readonly borrowingLimitPercent?: number;
    readonly limitResponse: { readonly type: 'Queue' | 'Reject'; readonly queuing?: Queuing };
  };
}

export interface PriorityLevelConfiguration extends KubeObject {
  readonly spec: PrioritySpec;
}

export interface Subject {
  readonly kind: 'User' | 'Group' | 'ServiceAccount';
  readonly user?: { readonly name: string };
  readonly group?: { readonly name: string };
  readonly serviceAccount?: { readonly namespace: string; readonly name: string };
}

export interface ResourceRule {
  readonly verbs: readonly string[];
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly clusterScope?: boolean;
  readonly namespaces?: readonly string[];
}

export interface Condition {
  readonly type: string;
  readonly status?: string;
  readonly reason?: string;
  readonly message?: string;
}

export interface FlowSchema extends KubeObject {
  readonly spec: {
    readonly priorityLevelConfiguration: { readonly name: string };
    readonly matchingPrecedence: number;
    readonly distinguisherMethod?: { readonly type: 'ByUser' | 'ByNamespace' };
    readonly rules?: readonly {
      readonly subjects: readonly Subject[];
      readonly resourceRules?: readonly ResourceRule[];
      readonly nonResourceRules?: readonly {
        readonly verbs: readonly string[];
        readonly nonResourceURLs: readonly string[];
      }[];
    }[];
  };
  readonly status?: { readonly conditions?: readonly Condition[] };
}

/** The two that always exist, whatever is deleted. */
export const EXEMPT = 'exempt';
export const CATCH_ALL = 'catch-all';
