// The API server's admission plugins against ours: limit ranges, what quotas count, default tolerations, node selectors, the default storage class.
import type { LimitRangeSpec, PodSpec, Toleration } from 'kubernetes-types/core/v1.js';
import { test } from 'vitest';
import { withDefaultTolerations } from '../../src/model/objects/admission/default-tolerations.ts';
import { podLimitProblems, withLimitDefaults } from '../../src/model/objects/admission/limit-range.ts';
import { confinedSelector } from '../../src/model/objects/admission/node-selector.ts';
import { missingAmounts } from '../../src/model/objects/admission/quota-constraints.ts';
import { podInScope } from '../../src/model/objects/admission/quota-scopes.ts';
import { claimUsage, podUsage, serviceUsage, type Usage } from '../../src/model/objects/admission/quota-usage.ts';
import { admitClaim } from '../../src/api/admission.ts';
import { type Claim, StorageAnnotation, type StorageClass } from '../../src/model/storage/objects.ts';
import { agree, difference, eachRecord, readRecords } from './harness.ts';

interface LimitRangeRecord {
  readonly allowed: boolean;
  readonly errors?: readonly string[];
  readonly limitRangeDefaulted: LimitRangeSpec;
  readonly podSpecDefaulted: PodSpec;
  readonly resources: Readonly<Record<string, object>>;
}

function limited(record: LimitRangeRecord): string | undefined {
  const range = { spec: record.limitRangeDefaulted };
  const { spec } = withLimitDefaults(record.podSpecDefaulted, range);
  const containers = [...spec.containers, ...(spec.initContainers ?? [])];
  const resources = Object.fromEntries(
    containers.map(({ name, resources: { limits = {}, requests = {} } = {} }) => [name, { limits, requests }]),
  );
  const errors = [...podLimitProblems(spec, range)].sort();
  return difference(
    { allowed: record.allowed, errors: record.errors ?? [], resources: record.resources },
    { allowed: errors.length === 0, errors, resources },
  );
}

test('LimitRanger', () => {
  agree('admission/limit_range', eachRecord<LimitRangeRecord>('admission/limit_range.jsonl.gz'), limited);
});

interface QuotaRecord {
  readonly kind: 'Pod' | 'Service' | 'PersistentVolumeClaim';
  readonly state?: string;
  readonly spec: object;
  readonly usage: Readonly<Record<string, string>>;
  readonly matchingScopes?: readonly string[];
  readonly 'constraintsError_requests.cpu_limits.memory_cpu'?: string;
}

const ENDED = new Set(['succeeded', 'failed', 'terminating-past-grace']);
const TRACKED = ['requests.cpu', 'limits.memory', 'cpu'];
const SCOPES = ['Terminating', 'NotTerminating', 'BestEffort', 'NotBestEffort', 'PriorityClass'];

function usageOf({ kind, spec, state = '' }: QuotaRecord): Usage {
  if (kind === 'Service') return serviceUsage({ spec });
  if (kind === 'PersistentVolumeClaim') return claimUsage({ spec });
  return podUsage(spec as PodSpec, !ENDED.has(state));
}

function counted(record: QuotaRecord): string | undefined {
  const usage = Object.fromEntries([...usageOf(record)].map(([name, amount]) => [name, amount.canonical()]));
  const differs = difference(record.usage, usage);
  if (differs !== undefined || record.kind !== 'Pod') return differs;
  const spec = record.spec as PodSpec;
  const scopes = [...SCOPES, 'CrossNamespacePodAffinity'].filter((scopeName) =>
    podInScope(
      spec,
      scopeName === 'PriorityClass'
        ? { scopeName, operator: 'In', values: ['high'] }
        : { scopeName, operator: 'Exists' },
    ),
  );
  return (
    difference(record.matchingScopes, scopes, 'scopes') ??
    difference(record['constraintsError_requests.cpu_limits.memory_cpu'], missingAmounts(spec, TRACKED), 'constraints')
  );
}

test('what ResourceQuotas count', () => {
  agree('admission/quota_usage', eachRecord<QuotaRecord>('admission/quota_usage.jsonl.gz'), counted);
});

interface TolerationsRecord {
  readonly in: readonly Toleration[];
  readonly out: readonly Toleration[];
}

test('DefaultTolerationSeconds', () => {
  agree(
    'admission/default_tolerations',
    eachRecord<TolerationsRecord>('admission/default_tolerations.jsonl.gz'),
    (record) => difference(record.out, withDefaultTolerations(record.in)),
  );
});

interface NodeSelectorRecord {
  readonly in: {
    readonly namespaceAnnotation: string | null;
    readonly pluginConfig: Readonly<Record<string, string>> | null;
    readonly podNodeSelector: Readonly<Record<string, string>> | null;
  };
  readonly out: { readonly nodeSelector?: object; readonly error?: string };
}

function confined(record: NodeSelectorRecord): string | undefined {
  const { namespaceAnnotation: text, pluginConfig, podNodeSelector } = record.in;
  const annotations = text === null ? {} : { 'scheduler.alpha.kubernetes.io/node-selector': text };
  const answer = confinedSelector(podNodeSelector ?? {}, 'team', annotations, pluginConfig ?? {});
  if ('selector' in answer) return difference(record.out, { nodeSelector: answer.selector });
  const error = 'error' in answer ? answer.error : `pods "p" is forbidden: ${answer.forbidden}`;
  return difference(record.out, { error });
}

test('PodNodeSelector', () => {
  const records = readRecords<NodeSelectorRecord>('eviction/pod_node_selector.jsonl.gz');
  agree('eviction/pod_node_selector (admission)', records, confined);
});

interface StorageClassRecord {
  readonly in: {
    readonly claim: 'absent' | 'empty' | 'b' | 'annotation';
    readonly classes: readonly { readonly name: string; readonly ageHours: number; readonly default: string }[] | null;
  };
  readonly out: { readonly storageClassName: string | null };
}

const NAMED: Readonly<Record<string, object>> = { empty: { storageClassName: '' }, b: { storageClassName: 'b' } };

function classOf(record: StorageClassRecord): string | undefined {
  const { claim: kind, classes } = record.in;
  const annotations = kind === 'annotation' ? { [StorageAnnotation.BetaClass]: 'b' } : {};
  const claim: Claim = { ...CLAIM, metadata: { name: 'c', annotations }, spec: NAMED[kind] ?? {} };
  const known = (classes ?? []).map(({ name, ageHours, default: isDefault }): StorageClass => {
    const { DefaultClass, BetaDefaultClass } = StorageAnnotation;
    const marks = isDefault === 'beta-true' ? { [BetaDefaultClass]: 'true' } : { [DefaultClass]: isDefault };
    const creationTimestamp = new Date(Date.UTC(2026, 0, 2) - ageHours * 3_600_000).toISOString();
    return { ...CLASS, metadata: { name, annotations: marks, creationTimestamp } };
  });
  const { spec } = admitClaim(claim, known);
  return difference(record.out, { storageClassName: spec?.storageClassName ?? null });
}

const CLAIM = { apiVersion: 'v1', kind: 'PersistentVolumeClaim' };
const CLASS = { apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass', provisioner: 'p' };

test('DefaultStorageClass', () => {
  const records = readRecords<StorageClassRecord>('eviction/default_storage_class.jsonl.gz');
  agree('eviction/default_storage_class (admission)', records, classOf);
});
