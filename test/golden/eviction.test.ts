// Evictions against the real eviction handler: when a PodDisruptionBudget refuses one, in which words, and what it pays for one.
import { it } from 'vitest';
import { ApiClient } from '../../src/api/client.ts';
import { Resources } from '../../src/api/resources/resources.ts';
import { ApiServer } from '../../src/api/server.ts';
import { Engine } from '../../src/engine/engine.ts';
import { NodeReady } from '../../src/model/nodes.ts';
import type { KubeObject } from '../../src/model/object-store.ts';
import { PodBit, PodPhase } from '../../src/model/pods.ts';
import { ClusterState } from '../../src/model/state.ts';
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
    readonly deleted?: boolean;
    readonly pdbsAfter: readonly { readonly disruptionsAllowed: number; readonly podInDisruptedPods: boolean }[];
  };
}

const POD = 'pod';

/** The state of a record, with the pod on a node so that its deletion is a mark. */
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
    const ours = JSON.stringify({ ...got, after: budgetsAfter(state) });
    const theirs = JSON.stringify({ ...want, after: out.pdbsAfter });
    return ours === theirs ? undefined : `ours ${ours}, theirs ${theirs}`;
  });
});
