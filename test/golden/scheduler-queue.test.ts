// Traces of kube-scheduler's queue against ours: what is active, in back-off, unschedulable and gated after every step.
import type { Node, Pod } from 'kubernetes-types/core/v1.js';
import { test } from 'vitest';
import { ClusterEvent, Happening, happeningNames } from '../../src/scheduler/framework/cluster-events.ts';
import type { PodInfo } from '../../src/scheduler/framework/pod-info.ts';
import { SchedulingQueue } from '../../src/scheduler/queue/queue.ts';
import { amounts, SchedulerCluster } from '../support/scheduler-cluster.ts';
import { agree, difference, eachRecord } from './harness.ts';
import type { NodeRow, PodRow } from '../../src/model/rows.ts';

interface Step {
  readonly t: number;
  readonly op: string;
  readonly pod?: string;
  readonly popped?: string;
  readonly attempts?: number;
  readonly empty?: boolean;
  readonly plugins?: readonly string[];
  readonly node?: string;
  readonly new?: Node & Pod;
  readonly old?: Node & Pod;
  readonly events?: readonly string[];
  readonly state: object;
}

interface QueueRecord {
  readonly id: string;
  readonly podInitialBackoffSeconds: number;
  readonly podMaxBackoffSeconds: number;
  readonly pods: readonly Pod[];
  readonly steps: readonly Step[];
}

const kinds = new Map(Object.entries(happeningNames).map(([kind, name]) => [name, Number(kind)]));

function play(record: QueueRecord): string | undefined {
  const cluster = new SchedulerCluster();
  const { engine, state, cache } = cluster;
  const framework = cluster.framework(null);
  const settings = {
    podInitialBackoffUs: record.podInitialBackoffSeconds * 1e6,
    podMaxBackoffUs: record.podMaxBackoffSeconds * 1e6,
  };
  const queue = new SchedulingQueue(engine, state, state.pods, [framework], settings, () => undefined);
  const pods = new Map<string, PodInfo>();
  const names: string[] = [];
  const rowOf = (name = ''): number => pods.get(name)?.row ?? -1;
  const bit = (plugin: string): number => {
    const found = framework.installed.find((one) => one.name === plugin);
    return found === undefined ? 0 : 1 << found.number;
  };
  const labels = (node: Node): number => state.classes.labelSets.id(node.metadata?.labels ?? {});
  const taints = (node: Node): number => state.taintSets.id(node.spec?.taints ?? []);
  const allocatable = (node: Node): number => cache.allocatableSets.id(amounts(node.status?.allocatable ?? {}));

  const nodeEvent = (step: Step): void => {
    if (step.new === undefined) return;
    const event = new ClusterEvent();
    event.node = cluster.setNode(step.new) as NodeRow;
    event.labels = labels(step.new);
    event.taints = taints(step.new);
    event.allocatable = allocatable(step.new);
    event.unschedulable = step.new.spec?.unschedulable === true ? 1 : 0;
    if (step.old !== undefined) {
      event.oldLabels = labels(step.old);
      event.oldTaints = taints(step.old);
      event.oldAllocatable = allocatable(step.old);
      event.oldUnschedulable = step.old.spec?.unschedulable === true ? 1 : 0;
    }
    for (const name of step.events ?? []) {
      event.kind = kinds.get(name) ?? 0;
      queue.happened(event);
    }
  };

  const podEvent = (step: Step): void => {
    const event = new ClusterEvent();
    if (step.op === 'assignedPodAdd' && step.new !== undefined) {
      const added = cluster.addRunning(step.new);
      pods.set(step.pod ?? '', added);
      event.kind = Happening.AssignedPodAdd;
      event.podClass = added.podClass.id;
    } else {
      const row = rowOf(step.pod) as PodRow;
      event.kind = Happening.AssignedPodDelete;
      event.oldPodClass = state.pods.podClass[row];
      cache.remove(row);
    }
    queue.happened(event);
  };

  const popped: { name: string | undefined; attempts: number | undefined } = { name: undefined, attempts: undefined };
  const ops: Record<string, (step: Step) => void> = {
    add(step) {
      const pod = record.pods.find((one) => one.metadata?.name === step.pod);
      if (pod === undefined) return;
      const added = cluster.addPod(pod);
      pods.set(step.pod ?? '', added);
      names[added.row] = step.pod ?? '';
      queue.add(added.row, added.podClass.id, 0);
    },
    pop() {
      const row = queue.pop();
      popped.name = names[row];
      popped.attempts = row < 0 ? undefined : queue.pods.attempts[row];
    },
    fail(step) {
      queue.fail(
        rowOf(step.pod) as PodRow,
        (step.plugins ?? []).reduce((bits, plugin) => bits | bit(plugin), 0),
        0,
      );
    },
    error: (step) => queue.fail(rowOf(step.pod) as PodRow, 0, 0),
    done: (step) => queue.done(rowOf(step.pod) as PodRow),
    nodeAdd: nodeEvent,
    nodeUpdate: nodeEvent,
    assignedPodAdd: podEvent,
    assignedPodDelete: podEvent,
    removeGates(step) {
      const row = rowOf(step.pod) as PodRow;
      const { namespace, labels: own, spec } = state.classes.get(state.pods.podClass[row]);
      const { schedulingGates: _gates, ...ungated } = spec;
      const { id } = state.classes.intern(namespace, { metadata: { labels: own }, spec: ungated });
      state.pods.podClass[row] = id;
      queue.update(row, id, Happening.PodGatesEliminated);
    },
    flushBackoff: () => undefined,
    flushUnschedulable: () => undefined,
  };

  for (const [index, step] of record.steps.entries()) {
    // Both flushes come before other steps of the same instant.
    if (
      step.op === 'flushBackoff' &&
      record.steps[index + 1]?.op === 'flushUnschedulable' &&
      record.steps[index + 1].t === step.t
    )
      continue;
    engine.run(step.t * 1000);
    ops[step.op](step);
    const { active, backoff, unschedulable, gated } = queue.contents();
    const listed = (rows: number[]): string[] => rows.map((row) => names[row]).sort();
    const got = {
      ...(active.length === 0 ? {} : { active: listed(active) }),
      ...(backoff.length === 0
        ? {}
        : { backoff: Object.fromEntries(backoff.map((row) => [names[row], queue.pods.backoffUntil[row] / 1000])) }),
      ...(unschedulable.length === 0 ? {} : { unschedulable: listed(unschedulable) }),
      ...(gated.length === 0 ? {} : { gated: listed(gated) }),
    };
    const where = `step ${index} (${step.op} at ${step.t} ms)`;
    const differs =
      difference(step.state, got, where) ??
      (step.op === 'pop'
        ? difference(
            { popped: step.popped, attempts: step.attempts },
            { popped: popped.name, attempts: popped.attempts },
            where,
          )
        : undefined);
    if (differs !== undefined) return differs;
  }
  return undefined;
}

test('the scheduling queue agrees with kube-scheduler 1.36', () => {
  agree('scheduler/queue', eachRecord<QueueRecord>('scheduler/queue.jsonl.gz'), play);
});
