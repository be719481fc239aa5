// Evictions against the real eviction handler: when a PodDisruptionBudget refuses one, in which words, what it pays for one, and what becomes of the pod.
import { it } from 'vitest';
import { ApiClient } from '../../src/api/client.ts';
import { Resources } from '../../src/api/resources/resources.ts';
import { ApiServer } from '../../src/api/server.ts';
import { Engine } from '../../src/engine/engine.ts';
import { podObject } from '../../src/model/complete-objects/pod-object.ts';
import { NodeReady } from '../../src/model/nodes.ts';
import type { KubeObject } from '../../src/model/object-store.ts';
import { PodBit, PodPhase } from '../../src/model/pods.ts';
import type { PodRow } from '../../src/model/rows.ts';
import { ClusterState } from '../../src/model/state.ts';
import { assert } from '../../src/lib/assert.ts';
import { idealApi } from '../support/cluster-rig.ts';
import { agree, readRecords } from './harness.ts';

interface Budget {
  readonly matchesPod?: boolean;
  readonly generation: number;
  readonly observedGeneration: number;
  readonly currentHealthy: number;
  readonly desiredHealthy: number;
  readonly disruptionsAllowed: number;
  readonly disruptedPods?: number;
  readonly unhealthyPodEvictionPolicy?: string;
}

interface Eviction {
  readonly in: {
    readonly dryRun?: boolean;
    readonly pdbs: readonly Budget[] | null;
    readonly phase: 'Pending' | 'Running' | 'Succeeded' | 'Failed';
    readonly ready: string;
    readonly terminating?: boolean;
  };
  readonly out: {
    readonly code: number;
    readonly reason?: string;
    readonly message?: string;
    readonly causes?: readonly string[] | null;
    readonly retryAfterSeconds?: number;
    /** Writes of the pod, in order; those of a dry run end in ` dryRun`. */
    readonly ops: readonly string[] | null;
    readonly pdbsAfter: readonly { readonly disruptionsAllowed: number; readonly podInDisruptedPods: boolean }[];
  };
}

const POD = 'pod';

const EVICTED = 'setCondition DisruptionTarget/EvictionByEvictionAPI';

/** The state of a record, with the pod on a node, and kept by a finalizer, so that its deletion is a mark. */
function arrange({ in: given }: Eviction) {
  const engine = new Engine({ seed: 1 });
  const state = new ClusterState('1');
  const spec = { labels: {}, taints: [], unschedulable: false, capacity: {}, allocatable: {}, hourlyCost: 0 };
  const node = state.addNode({ name: 'n', ...spec }, 0);
  state.nodes.ready[node] = NodeReady.True;
  const api = new ApiServer(engine, state, idealApi);
  const client = new ApiClient(api, 'test', { qps: Infinity, burst: 1 });
  const resources = new Resources(client);
  const template = {
    metadata: { labels: { app: 'a' } },
    spec: { nodeName: 'n', containers: [{ name: 'c', image: 'i' }] },
  };
  client.createPod(client.podClass('default', template).id, -1, POD);
  engine.run(0);
  const { pods } = state;
  pods.state[0] |= PodPhase[given.phase] | (given.ready === 'True' ? PodBit.Ready : 0);
  // A failed pod that never had an address was rejected, and has no conditions.
  pods.state[0] |= PodBit.HasIp;
  pods.finalizers.set(0 as PodRow, ['test/keeps']);
  if (given.terminating === true) pods.state[0] |= PodBit.Deleting;
  for (const [index, budget] of (given.pdbs ?? []).entries()) state.objects.add(budgetObject(budget, index), -1, 0);
  return { engine, state, resources };
}

function budgetObject(budget: Budget, index: number): KubeObject {
  const { generation, unhealthyPodEvictionPolicy, matchesPod, disruptedPods = 0, ...status } = budget;
  const disrupted = Array.from({ length: disruptedPods }, (_, one) => [`gone-${one}`, '2026-01-01T00:00:00Z']);
  return {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { name: `b${index}`, namespace: 'default', generation, resourceVersion: '1' },
    spec: {
      selector: { matchLabels: { app: matchesPod === true ? 'a' : 'other' } },
      ...(unhealthyPodEvictionPolicy === undefined ? {} : { unhealthyPodEvictionPolicy }),
    },
    status: { ...status, disruptedPods: Object.fromEntries(disrupted) as object },
  };
}

function budgetsAfter(state: ClusterState): Eviction['out']['pdbsAfter'] {
  return [...state.objects.ofKind('PodDisruptionBudget')].map((row) => {
    const { status } = state.objects.get(row) as { status?: { disruptionsAllowed: number; disruptedPods?: object } };
    return {
      disruptionsAllowed: status?.disruptionsAllowed ?? 0,
      podInDisruptedPods: Object.hasOwn(status?.disruptedPods ?? {}, POD),
    };
  });
}

interface PodAfter {
  /** Of the condition DisruptionTarget. */
  readonly disruption?: string;
  readonly deleting: boolean;
}

function podAfter(state: ClusterState): PodAfter {
  const { metadata, status } = podObject(state, 0 as PodRow);
  const target = status?.conditions?.find(({ type, status: is }) => type === 'DisruptionTarget' && is === 'True');
  return {
    ...(target === undefined ? {} : { disruption: target.reason }),
    deleting: metadata?.deletionTimestamp !== undefined,
  };
}

/**
 * The pod after the writes of the real handler. "ifUnchanged", the precondition of a delete, has nothing to refuse here: budget, condition and
 * delete are one commit, between whose parts nobody writes.
 */
function podAfterOps({ in: given, out }: Eviction): PodAfter {
  const ops = out.ops ?? [];
  const unknown = ops.filter((op) => op !== EVICTED && !/^delete( ifUnchanged)?( dryRun)?$/.test(op));
  assert(unknown.length === 0, `operations that nobody compares: ${unknown.join(', ')}`);
  const deletes = ops.some((op) => op === 'delete' || op === 'delete ifUnchanged');
  return {
    ...(ops.includes(EVICTED) ? { disruption: 'EvictionByEvictionAPI' } : {}),
    deleting: deletes || given.terminating === true,
  };
}

it('evictions of the real handler', () => {
  const records = readRecords<Eviction>('eviction/eviction.jsonl.gz');
  agree('eviction/evictions', records, (record) => {
    const { engine, state, resources } = arrange(record);
    const { out } = record;
    const { dryRun = false } = record.in;
    let got: object | undefined;
    engine.spawn(
      'test',
      (function* () {
        const answer = yield* resources.evict('default', POD, { dryRun }).wait();
        if (!('failure' in answer)) got = { code: 201 };
        else {
          const { code, reason, message, causes, retryAfterSeconds } = answer.failure;
          const texts = causes.map((cause) => `${cause.reason}: ${cause.message}`);
          got = { code, ...(code === 500 ? {} : { reason }), message, causes: texts, retryAfterSeconds };
        }
      })(),
    );
    engine.run(1);
    const { code, reason, message, causes, retryAfterSeconds } = out;
    const want = code === 201 ? { code } : { code, reason, message, causes: causes ?? [], retryAfterSeconds };
    const ours = JSON.stringify({ ...got, pod: podAfter(state), after: budgetsAfter(state) });
    const theirs = JSON.stringify({ ...want, pod: podAfterOps(record), after: out.pdbsAfter });
    return ours === theirs ? undefined : `ours ${ours}, theirs ${theirs}`;
  });
});
