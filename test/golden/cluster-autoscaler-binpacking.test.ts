// The cluster autoscaler's estimate of how many new nodes pods need, with the scheduler's own filters.
import type { Node, Pod } from 'kubernetes-types/core/v1.js';
import { test } from 'vitest';
import type { ListedPod } from '../../src/autoscaler/cluster/listed.ts';
import { Snapshot } from '../../src/autoscaler/cluster/snapshot.ts';
import { estimate, type Template } from '../../src/autoscaler/scale-up/binpacking.ts';
import type { NodeRow, PodRow } from '../../src/model/rows.ts';
import { clusterSnapshot } from '../../src/scheduler/snapshot/cluster-snapshot.ts';
import { amounts, SchedulerCluster } from '../support/scheduler-cluster.ts';
import { agree, difference, readRecords } from './harness.ts';

interface BinpackingRecord {
  readonly in: {
    readonly template: Node;
    readonly daemonSetPods: readonly Pod[] | null;
    readonly existing: readonly { readonly node: Node; readonly pods: readonly Pod[] | null }[] | null;
    readonly groups: readonly { readonly pod: Pod; readonly count: number }[];
    readonly maxNodes: number;
    readonly fastpath: boolean;
  };
  readonly out: {
    readonly nodes: number;
    readonly pods: number;
    readonly podsPerGroup?: Readonly<Record<string, number>>;
    readonly scheduledOrder: readonly string[] | null;
  };
}

function packed({ in: given, out }: BinpackingRecord): string | undefined {
  const cluster = new SchedulerCluster();
  const { state } = cluster;
  const listed = ({ metadata, spec }: Pod, group: string, row: PodRow, node: NodeRow): ListedPod => {
    const template = { metadata: { labels: metadata?.labels ?? {} }, spec: { ...spec, nodeName: undefined } };
    const { nodeName: _, ...rest } = template.spec;
    return {
      row,
      epoch: 0,
      successor: false,
      podClass: state.classes.intern(metadata?.namespace ?? 'default', {
        metadata: template.metadata,
        spec: { containers: [], ...rest },
      }),
      name: group,
      owner: -1,
      controller: undefined,
      createdUs: 0,
      phase: 'Pending',
      deletionUs: undefined,
      node,
    };
  };
  for (const { node } of given.existing ?? []) cluster.setNode(node);
  const snapshot = new Snapshot(clusterSnapshot(cluster.engine, state, (kind) => cluster.handle.objects(kind)));
  for (const { node, pods } of given.existing ?? []) {
    const name = node.metadata?.name ?? '';
    const row = state.findNode(name);
    snapshot.addNode(
      { row, name, ...nodeFacts(node) },
      (pods ?? []).map((pod) => listed(pod, '', -1, row)),
    );
  }
  const template: Template = {
    name: 'group',
    node: nodeFacts(given.template),
    pods: (given.daemonSetPods ?? []).map((pod) => listed(pod, 'daemon', -1, -1)),
  };
  const groups = given.groups.map(({ pod, count }, index) =>
    Array.from({ length: count }, () => listed(pod, `g${index}`, -1, -1)),
  );
  const { nodeCount, pods } = estimate(snapshot, groups, template, given);
  const perGroup: Record<string, number> = {};
  for (const { name } of pods) perGroup[name] = (perGroup[name] ?? 0) + 1;
  const order = pods.map(({ name }) => name).filter((name, index) => name !== pods[index - 1]?.name);
  return difference(
    {
      nodes: out.nodes,
      pods: out.pods,
      podsPerGroup: out.podsPerGroup ?? {},
      scheduledOrder: out.scheduledOrder ?? [],
    },
    { nodes: nodeCount, pods: pods.length, podsPerGroup: perGroup, scheduledOrder: order },
  );
}

function nodeFacts({ metadata, spec, status }: Node): Template['node'] {
  return {
    labels: metadata?.labels ?? {},
    taints: spec?.taints ?? [],
    unschedulable: spec?.unschedulable ?? false,
    allocatable: amounts(status?.allocatable ?? {}),
    capacity: amounts(status?.capacity ?? {}),
  };
}

test('pods are packed onto new nodes as cluster-autoscaler 1.36 packs them', () => {
  agree(
    'cluster-autoscaler/binpacking',
    readRecords<BinpackingRecord>('cluster-autoscaler/binpacking.jsonl.gz'),
    packed,
    // In ten of the shared records another of the nodes that fit was found first (decision 28).
    0.991,
  );
});
