// Bugs to be planted into a simulation, one for each kind of invariant: what the fuzzer must find.
import { Change } from '../../src/model/change-log.ts';
import type { KubeObject } from '../../src/model/object-store.ts';
import { PodBit, PodPhase } from '../../src/model/pods.ts';
import type { NodeRow, ObjectRow, PodRow } from '../../src/model/rows.ts';
import { Tally } from '../../src/traffic/meters.ts';
import type { World } from '../../src/world/build.ts';

export interface Planted {
  readonly name: string;
  /** What the finding says of it. */
  readonly says: RegExp;
  readonly plant: (world: World) => void;
  /** Scenarios of which an early one shows it, for a quick test; 2 when left out. */
  readonly seed?: number;
}

const TRY_US = 3e6;

/** Tries every few seconds until it has done its harm. */
function once(world: World, harm: () => boolean): void {
  const kind = world.engine.kind('planted', () => {
    if (!harm()) world.engine.after(TRY_US, kind, 0, 0);
  });
  world.engine.after(TRY_US, kind, 0, 0);
}

function livingPods({ state: { pods } }: World, phase: number): PodRow[] {
  return Array.from(pods.alive.subarray(0, pods.length).keys(), (row) => row as PodRow).filter(
    (row) => pods.alive[row] === 1 && (pods.state[row] & PodBit.PhaseMask) === phase,
  );
}

/** Changes an object of a kind behind everybody's back. */
function changed(world: World, kind: string, change: (object: KubeObject) => object | undefined): boolean {
  const { objects } = world.state;
  const [row] = objects.ofKind(kind);
  const object = (row as ObjectRow | undefined) === undefined ? undefined : objects.get(row);
  const after = object === undefined ? undefined : change(object);
  if (after === undefined) return false;
  objects.set(row, after as KubeObject);
  return true;
}

let runs = 0;

export const planted: readonly Planted[] = [
  {
    name: 'two pods with one identity',
    seed: 111,
    says: /two living pods are named|runs on node-\d+ and on node-\d+/,
    plant: (world) =>
      once(world, () => {
        const [first, second] = livingPods(world, PodPhase.Running);
        if (second === undefined) return false;
        world.state.pods.identity[second] = world.state.pods.identity[first];
        return true;
      }),
  },
  {
    name: 'a kubelet that admits more than its node has',
    says: /the kubelet of .* admitted/,
    plant: (world) =>
      once(world, () => {
        const [pod] = livingPods(world, PodPhase.Running);
        if (pod === undefined) return false;
        const node: NodeRow = world.state.pods.node[pod];
        world.kubelets.admitted.cpuMilli[node] += 1e6;
        return true;
      }),
  },
  {
    name: 'a resource version that falls',
    seed: 112,
    says: /got resource version \d+ after \d+/,
    plant: (world) =>
      once(world, () => {
        world.state.resourceVersion = 1;
        return true;
      }),
  },
  {
    name: 'a pod that comes back from the dead',
    seed: 103,
    says: /the phase of pod .* moved from \d to \d/,
    plant: (world) =>
      once(world, () => {
        const { pods } = world.state;
        const ended = [...livingPods(world, PodPhase.Succeeded), ...livingPods(world, PodPhase.Failed)];
        if (ended.length === 0) return false;
        pods.state[ended[0]] = (pods.state[ended[0]] & ~PodBit.PhaseMask) | PodPhase.Running;
        world.state.resourceVersion += 1;
        pods.version[ended[0]] = world.state.resourceVersion;
        world.api.changes.podChanged(ended[0], Change.Status);
        return true;
      }),
  },
  {
    name: 'a request that is counted twice',
    says: /begun, \d+ ended, \d+ in flight/,
    plant: (world) =>
      once(world, () => {
        const { meters, sources } = world.traffic;
        if (sources.length === 0 || meters.total(0, Tally.Begun) === 0) return false;
        meters.count(0, Tally.Begun);
        return true;
      }),
  },
  {
    name: 'a status that is not true',
    seed: 206,
    says: /in a quiet cluster/,
    plant: (world) =>
      once(world, () => {
        changed(world, 'ReplicaSet', (object) => {
          const { status } = object;
          return status === undefined ? undefined : { ...object, status: { ...status, replicas: 77 } };
        });
        // Again and again: its controller sets it right whenever it has something else to say.
        return false;
      }),
  },
  {
    name: 'a Job that counts what there was not',
    seed: 103,
    says: /has counted \d+ successes, and \d+ there were/,
    plant: (world) =>
      once(world, () =>
        changed(world, 'Job', (object) => ({ ...object, status: { ...(object['status'] as object), succeeded: 99 } })),
      ),
  },
  {
    name: 'a namespace that is being deleted and takes something in',
    says: /ConfigMap late was made in namespace ends, which is being deleted/,
    plant: (world) =>
      once(world, () => {
        const { state } = world;
        const add = (kind: string, metadata: KubeObject['metadata']): ObjectRow => {
          state.resourceVersion += 1;
          const versioned = { ...metadata, resourceVersion: String(state.resourceVersion) };
          return state.objects.add({ apiVersion: 'v1', kind, metadata: versioned }, -1, world.engine.now);
        };
        add('Namespace', { name: 'ends', deletionTimestamp: '2026-01-01T00:00:00Z' });
        world.api.changes.objectChanged(add('ConfigMap', { name: 'late', namespace: 'ends' }), Change.Created);
        return true;
      }),
  },
  {
    name: 'an owner that nobody finds',
    seed: 184,
    says: /has been without its owner for|in a quiet cluster/,
    plant: (world) =>
      once(world, () => {
        const { objects } = world.state;
        const [row] = objects.ofKind('StatefulSet');
        if ((row as ObjectRow | undefined) === undefined || !world.state.pods.owner.includes(row)) return false;
        objects.remove(row);
        return true;
      }),
  },
  {
    name: 'a second run that is another one',
    seed: 118,
    says: /a second run differs in/,
    plant(world) {
      runs += 1;
      const message = { source: 'planted', type: 'Normal' as const, reason: 'Planted', message: `run ${runs % 2}` };
      const { events } = world.state;
      events.addAboutNobody(0, events.messages.id(message));
    },
  },
];
