// The cluster autoscaler's decisions, one by one: drainability, utilisation, eligibility, expanders.
import { describe, test } from 'vitest';
import type { ListedNode } from '../../src/autoscaler/cluster/listed.ts';
import { TO_BE_DELETED } from '../../src/autoscaler/cluster/taints.ts';
import { drainability } from '../../src/autoscaler/drain/drainability.ts';
import { podsToMove } from '../../src/autoscaler/drain/pods-to-move.ts';
import { RemainingBudgets } from '../../src/autoscaler/drain/remaining-budgets.ts';
import { applyChain } from '../../src/autoscaler/expanders/index.ts';
import type { ExpansionOption } from '../../src/autoscaler/expanders/expander.ts';
import { DEFAULT_OPTIONS, type ExpanderName } from '../../src/autoscaler/options.ts';
import { eligibility } from '../../src/autoscaler/scale-down/eligibility.ts';
import { utilizationOf } from '../../src/autoscaler/scale-down/utilization.ts';
import { PodClasses } from '../../src/model/pod-class.ts';
import {
  type BudgetRecord,
  listedBudget,
  listedPod,
  NOW_US,
  type PodRecord,
  recordedController,
} from './cluster-autoscaler-objects.ts';
import { agree, difference, eachRecord } from './harness.ts';

interface DrainRecord {
  readonly in: {
    readonly minReplicaCount: number;
    readonly pdbs: readonly BudgetRecord[] | null;
    readonly pods: readonly (PodRecord & { readonly verdict: string })[] | null;
    readonly skipNodesWithCustomControllerPods: boolean;
    readonly skipNodesWithLocalStorage: boolean;
    readonly skipNodesWithSystemPods: boolean;
  };
  readonly out: {
    readonly blockingPod?: string;
    readonly reason?: string;
    readonly move?: readonly string[];
    readonly daemonSet?: readonly string[];
    readonly onCompletion?: readonly string[];
  };
}

interface UtilizationRecord {
  readonly in: {
    readonly allocatable: { readonly cpuMilli: number; readonly memory: number; readonly gpu?: number };
    readonly gpuLabel: boolean;
    readonly ignoreDaemonSets: boolean;
    readonly ignoreMirrorPods: boolean;
    readonly pods: readonly PodRecord[] | null;
  };
  readonly out: Record<string, unknown>;
}

interface NodeRecord {
  readonly name: string;
  readonly cpuMilli: number;
  readonly memory: number;
  readonly gpu?: number;
  readonly pods: readonly PodRecord[] | null;
  readonly ready?: string;
  readonly notInGroup?: boolean;
  readonly scaleDownDisabled?: string;
  readonly toBeDeletedTaintAgo?: number;
}

interface EligibilityRecord {
  readonly in: {
    readonly gpuThreshold: number;
    readonly threshold: number;
    readonly ignoreDaemonSets: boolean;
    readonly ignoreMirrorPods: boolean;
    readonly scaleDownUnreadyEnabled: boolean;
    readonly nodes: readonly NodeRecord[];
  };
  readonly out: {
    readonly candidates: readonly string[] | null;
    readonly ineligible?: Readonly<Record<string, string>>;
    readonly utilization?: Readonly<Record<string, { readonly resource: string; readonly utilization: number }>>;
  };
}

interface OptionRecord {
  readonly group: string;
  readonly exists: boolean;
  readonly nodeCount: number;
  readonly cpuCapacityMilli: number;
  readonly memoryCapacity: number;
  readonly gpu: boolean;
  readonly nodePrice: number;
  readonly podsPerShape: readonly number[];
}

interface ExpanderRecord {
  readonly in: {
    readonly chain: readonly ExpanderName[];
    readonly options: readonly OptionRecord[];
    readonly podShapes: readonly (readonly [number, number])[];
    readonly priorities?: string;
    readonly clusterNodes?: number;
  };
  readonly out: {
    readonly chosen?: string;
    readonly randomAmong?: readonly string[];
    readonly steps: readonly { readonly filter: string; readonly left: readonly string[] }[] | null;
  };
}

/** Go's text for what JSON has not. */
function number(value: number): number | string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  return value;
}

function drained({ in: given, out }: DrainRecord): string | undefined {
  const pods = (given.pods ?? []).map(listedPod);
  const context = {
    options: { ...DEFAULT_OPTIONS, ...given },
    budgets: new RemainingBudgets((given.pdbs ?? []).map(listedBudget)),
    controller: recordedController,
    nowUs: NOW_US,
  };
  const verdicts = pods.map((pod) => {
    const verdict = drainability(pod, context);
    return verdict.outcome === 'BlockDrain' ? `BlockDrain:${verdict.reason}` : verdict.outcome;
  });
  const expected = (given.pods ?? []).map(({ verdict }) => verdict);
  const result = podsToMove(pods, context);
  const names = (list: readonly { readonly name: string }[]): string[] => list.map(({ name }) => name).sort();
  const sorted = (list: readonly string[] = []): string[] => [...list].sort();
  const { blockingPod, reason, move, daemonSet, onCompletion } = out;
  return (
    difference(expected, verdicts) ??
    difference(
      blockingPod === undefined
        ? { move: sorted(move), daemonSet: sorted(daemonSet), onCompletion: sorted(onCompletion) }
        : { blockingPod, reason },
      'reason' in result
        ? { blockingPod: result.blockingPod.name, reason: result.reason }
        : {
            move: names(result.move),
            daemonSet: names(result.daemonSet),
            onCompletion: names(result.onCompletion),
          },
    )
  );
}

function used({ in: given, out }: UtilizationRecord): string | undefined {
  const { cpuMilli, memory, gpu } = given.allocatable;
  const allocatable = { cpu: cpuMilli, memory, ...(gpu === undefined ? {} : { 'nvidia.com/gpu': gpu }) };
  const options = {
    ignoreDaemonSetsUtilization: given.ignoreDaemonSets,
    ignoreMirrorPodsUtilization: given.ignoreMirrorPods,
  };
  const pods = (given.pods ?? []).map(listedPod);
  const node = { name: 'n', allocatable };
  const {
    cpu,
    memory: bytes,
    gpu: gpus,
    resource,
    utilization,
    error,
  } = utilizationOf(node, pods, given.gpuLabel, options, NOW_US);
  if (error !== undefined) return difference(out, { error });
  return difference(out, {
    cpu: number(cpu),
    memory: number(bytes),
    gpu: number(gpus),
    resource,
    utilization: number(utilization),
  });
}

function listedNode({
  name,
  cpuMilli,
  memory,
  gpu,
  ready,
  scaleDownDisabled,
  toBeDeletedTaintAgo,
}: NodeRecord): ListedNode {
  const allocatable = { cpu: cpuMilli, memory, ...(gpu === undefined ? {} : { 'nvidia.com/gpu': gpu }) };
  const since = String((NOW_US - (toBeDeletedTaintAgo ?? 0) * 1e6) / 1e6);
  return {
    row: -1,
    name,
    labels: {},
    taints: toBeDeletedTaintAgo === undefined ? [] : [{ key: TO_BE_DELETED, value: since, effect: 'NoSchedule' }],
    annotations:
      scaleDownDisabled === undefined
        ? {}
        : { 'cluster-autoscaler.kubernetes.io/scale-down-disabled': scaleDownDisabled },
    unschedulable: false,
    capacity: allocatable,
    allocatable,
    ready: (ready ?? 'True') === 'True',
    readySinceUs: 0,
    createdUs: 0,
  };
}

function eligible({ in: given, out }: EligibilityRecord): string | undefined {
  const options = {
    ignoreDaemonSetsUtilization: given.ignoreDaemonSets,
    ignoreMirrorPodsUtilization: given.ignoreMirrorPods,
    scaleDownUnreadyEnabled: given.scaleDownUnreadyEnabled,
    scaleDownUtilizationThreshold: given.threshold,
    scaleDownGpuUtilizationThreshold: given.gpuThreshold,
  };
  const candidates: string[] = [];
  const ineligible: Record<string, string> = {};
  const utilization: Record<string, unknown> = {};
  for (const node of given.nodes) {
    const pods = (node.pods ?? []).map(listedPod);
    const answer = eligibility(listedNode(node), pods, node.notInGroup !== true, options, NOW_US);
    if (answer.reason === undefined) candidates.push(node.name);
    else ineligible[node.name] = answer.reason;
    if (answer.utilization === undefined) continue;
    utilization[node.name] = {
      resource: answer.utilization.resource,
      utilization: number(answer.utilization.utilization),
    };
  }
  return difference(
    { candidates: out.candidates ?? [], ineligible: out.ineligible ?? {}, utilization: out.utilization ?? {} },
    { candidates, ineligible, utilization },
  );
}

const classes = new PodClasses();

function chosen({ in: given, out }: ExpanderRecord): string | undefined {
  const options: ExpansionOption[] = given.options.map((option) => ({
    group: option.group,
    exists: option.exists,
    nodeCount: option.nodeCount,
    capacity: {
      cpu: option.cpuCapacityMilli,
      memory: option.memoryCapacity,
      ...(option.gpu ? { 'nvidia.com/gpu': 1 } : {}),
    },
    hourlyCost: option.nodePrice,
    pods: option.podsPerShape.flatMap((count, shape) => {
      const [cpu, memory] = given.podShapes[shape];
      const requests = { cpu: `${cpu}m`, memory: `${memory}` };
      const podClass = classes.intern('default', { spec: { containers: [{ name: 'c', resources: { requests } }] } });
      return Array.from({ length: count }, () => ({ podClass }));
    }),
  }));
  const names = (list: readonly ExpansionOption[]): string[] => list.map(({ group }) => group).sort();
  const context = { clusterNodes: given.clusterNodes ?? 0, priorities: given.priorities };
  const { steps, left } = applyChain(given.chain, options, context);
  return difference(
    { steps: (out.steps ?? []).map((step) => step.left), left: out.randomAmong ?? [out.chosen] },
    { steps: steps.map(names), left: names(left) },
  );
}

describe('the cluster autoscaler decides as cluster-autoscaler 1.36 does', () => {
  test('which pods can be moved', () => {
    agree(
      'cluster-autoscaler/drainability',
      eachRecord<DrainRecord>('cluster-autoscaler/drainability.jsonl.gz'),
      drained,
    );
  });

  test('how much of a node is used', () => {
    agree(
      'cluster-autoscaler/utilization',
      eachRecord<UtilizationRecord>('cluster-autoscaler/utilization.jsonl.gz'),
      used,
    );
  });

  test('which nodes may be removed', () => {
    agree(
      'cluster-autoscaler/eligibility',
      eachRecord<EligibilityRecord>('cluster-autoscaler/eligibility.jsonl.gz'),
      eligible,
    );
  });

  test('which group grows', () => {
    agree('cluster-autoscaler/expander', eachRecord<ExpanderRecord>('cluster-autoscaler/expander.jsonl.gz'), chosen);
  });
});
