// Which nodes DaemonSets run on, and single syncs of theirs, against what the real DaemonSetsController does.
import type { PodSpec, Taint } from 'kubernetes-types/core/v1.js';
import { describe, test } from 'vitest';
import { DaemonNodes } from '../../src/controllers/daemon-set/daemon-nodes.ts';
import { allowsSurge, type DaemonSet, updateLimits } from '../../src/controllers/kit/daemon-set-objects.ts';
import { eligibleNodes, Fit } from '../../src/controllers/daemon-set/eligible-nodes.ts';
import { FailedPods } from '../../src/controllers/daemon-set/failed-pods.ts';
import type { DaemonPod } from '../../src/controllers/daemon-set/node-plan.ts';
import { updateStep } from '../../src/controllers/daemon-set/rolling-update.ts';
import type { NodeRow, PodRow } from '../../src/model/rows.ts';
import { agree, difference, eachRecord } from './harness.ts';

interface ShouldRun {
  readonly node: { readonly name: string; readonly labels: Record<string, string>; readonly taints?: Taint[] | null };
  readonly podSpec: Partial<Record<keyof PodSpec, unknown>>;
  readonly shouldRun: boolean;
  readonly shouldContinueRunning: boolean;
}

type State = 'ready' | 'ready-recent' | 'not-ready' | 'pending' | 'failed' | 'terminating';

interface PodRecord {
  readonly name: string;
  readonly node: string;
  readonly revision: 'old' | 'new';
  readonly state: State;
}

interface Sync {
  readonly id: number;
  readonly in: {
    readonly strategy: string;
    readonly maxSurge?: string;
    readonly maxUnavailable?: string;
    readonly minReadySeconds: number;
    readonly nodes: readonly { readonly name: string; readonly taint: string }[];
    readonly pods: readonly PodRecord[] | null;
  };
  readonly createOnNodes: readonly string[];
  readonly createBesideAvailableOld: number;
  readonly deletesByClass: Readonly<Record<string, { readonly count: number; readonly pods?: readonly string[] }>>;
  readonly status: Readonly<Record<string, number>>;
}

/** Go writes nothing as null. */
function withoutNulls(spec: ShouldRun['podSpec']): PodSpec {
  return Object.fromEntries(Object.entries(spec).filter(([, value]) => value !== null)) as unknown as PodSpec;
}

/** `5` is a number, `50%` a text. */
function amount(text: string): number | string {
  return text.endsWith('%') ? text : Number(text);
}

function setOf({ in: given }: Sync): DaemonSet {
  const { strategy, maxSurge, maxUnavailable, minReadySeconds } = given;
  const rollingUpdate = {
    ...(maxSurge === undefined ? {} : { maxSurge: amount(maxSurge) }),
    ...(maxUnavailable === undefined ? {} : { maxUnavailable: amount(maxUnavailable) }),
  };
  return {
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: { name: 'd', namespace: 'ns' },
    spec: { selector: {}, template: {}, minReadySeconds, updateStrategy: { type: strategy, rollingUpdate } },
  };
}

/** Ready for ten minutes, or for ten seconds. */
const READY_SECONDS: Partial<Record<State, number>> = { ready: 600, 'ready-recent': 10, terminating: 600 };

class Given {
  readonly set: DaemonSet;
  readonly nodes: DaemonNodes;
  readonly #sync: Sync;
  readonly #names: string[];
  readonly #pods: readonly PodRecord[];

  constructor(sync: Sync) {
    this.#sync = sync;
    this.#pods = sync.in.pods ?? [];
    this.set = setOf(sync);
    this.#names = [
      ...new Set([...sync.in.nodes, ...this.#pods.map(({ node }) => ({ name: node }))].map((n) => n.name)),
    ];
    this.nodes = new DaemonNodes({
      pods: (node) => this.#podsOf(node),
      fit: (node) => this.#fit(node),
    });
    this.nodes.begin(allowsSurge(this.set), this.rows());
    this.nodes.refresh(0);
  }

  rows(): Iterable<NodeRow> {
    return this.#names.keys() as Iterable<NodeRow>;
  }

  name(node: NodeRow): string {
    return this.#names[node];
  }

  /** One that is being deleted counts. */
  hasAvailableOld(node: NodeRow): boolean {
    return this.#podsOf(node).some(({ isNew, available }) => !isNew && available);
  }

  /** Class of a record's deletion. */
  classOf({ pod, isNew, available }: DaemonPod): string {
    const { node, revision } = this.#pods[pod];
    const fit = this.#fit(this.#names.indexOf(node) as NodeRow) ?? 0;
    const standing = `${isNew ? 'new' : revision}/${available ? 'available' : 'unavailable'}`;
    return (fit & Fit.Continue) === 0 ? `${standing}/ineligibleNode` : standing;
  }

  #podsOf(node: NodeRow): DaemonPod[] {
    return this.#pods.flatMap((pod, row) => (pod.node === this.name(node) ? [this.#seen(pod, row as PodRow)] : []));
  }

  #fit(node: NodeRow): number | undefined {
    const taint = this.#sync.in.nodes.find(({ name }) => name === this.name(node))?.taint;
    if (taint === undefined) return undefined;
    const taints = taint === 'yes' ? [] : [{ key: 'k', effect: taint }];
    return eligibleNodes({ containers: [] })(this.name(node), () => ({}), taints);
  }

  #seen({ name, revision, state }: PodRecord, pod: PodRow): DaemonPod {
    const ready = READY_SECONDS[state];
    return {
      pod,
      isNew: revision === 'new',
      deleting: state === 'terminating',
      ended: state === 'failed' ? 'Failed' : undefined,
      ready: ready !== undefined,
      available: ready !== undefined && ready >= this.#sync.in.minReadySeconds,
      availableAtUs: Infinity,
      assigned: true,
      createdSeconds: 0,
      name: () => name,
    };
  }
}

/** What the controller does in one sync: the nodes' own needs, and if there are none the update. */
function actions(given: Given): { creates: NodeRow[]; deletes: DaemonPod[] } {
  const { nodes, set } = given;
  const failed = new FailedPods();
  const ended = [...nodes.ended].flatMap(([node, pods]) => pods.filter(() => failed.hold(node, 1, 0) === 0));
  const own = { creates: [...nodes.creating], deletes: [...[...nodes.deleting.values()].flat(), ...ended] };
  if (own.creates.length + own.deletes.length > 0 || set.spec.updateStrategy?.type !== 'RollingUpdate') return own;
  const limits = updateLimits(set, nodes.desired);
  nodes.beginUpdate(limits.surge > 0, () => given.rows(), 0);
  const step = updateStep(nodes, limits);
  const olds = (step?.deletes ?? []).map((node) => nodes.oldPod(node));
  return { creates: [...(step?.creates ?? [])], deletes: olds.filter((one) => one !== undefined) };
}

describe('DaemonSets do as in Kubernetes', () => {
  test('which nodes have a pod', () => {
    agree('daemonset/should_run', eachRecord<ShouldRun>('daemonset/should_run.jsonl.gz'), (record) => {
      const { name, labels, taints } = record.node;
      const fit = eligibleNodes(withoutNulls(record.podSpec))(name, () => labels ?? {}, taints ?? []);
      return difference(
        [record.shouldRun, record.shouldContinueRunning],
        [(fit & Fit.Run) !== 0, (fit & Fit.Continue) !== 0],
      );
    });
  });

  test('one sync', () => {
    agree('daemonset/rolling_update', eachRecord<Sync>('daemonset/rolling_update.jsonl.gz'), (record) => {
      const given = new Given(record);
      const { creates, deletes } = actions(given);
      const beside = creates.filter((node) => given.hasAvailableOld(node));
      const byClass: Record<string, { count: number; pods: string[] }> = {};
      for (const one of deletes) {
        const found = (byClass[given.classOf(one)] ??= { count: 0, pods: [] });
        found.count += 1;
        found.pods.push(one.name());
      }
      const ours = {
        createOnNodes: creates
          .filter((node) => !beside.includes(node))
          .map((node) => given.name(node))
          .sort(),
        createBesideAvailableOld: beside.length,
        deletesByClass: Object.fromEntries(
          Object.entries(byClass).map(([name, { count, pods }]) => {
            const arbitrary =
              record.deletesByClass[name] !== undefined && record.deletesByClass[name].pods === undefined;
            return [name, arbitrary ? { count } : { count, pods: pods.sort() }];
          }),
        ),
        status: {
          available: given.nodes.available,
          current: given.nodes.current,
          desired: given.nodes.desired,
          misscheduled: given.nodes.misscheduled,
          ready: given.nodes.ready,
          unavailable: given.nodes.desired - given.nodes.available,
          updated: given.nodes.updated,
        },
      };
      const { createOnNodes, createBesideAvailableOld, deletesByClass, status } = record;
      return difference({ createOnNodes, createBesideAvailableOld, deletesByClass, status }, ours, String(record.id));
    });
  });
});
