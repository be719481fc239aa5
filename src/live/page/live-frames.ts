// Frames of a run that goes on: what has changed in its World since somebody looked last.
import { emptyFrame } from '../../page/empty-frame.ts';
import { type Frame, NodeState, PodState } from '../../page/frame.ts';
import { NodeReady } from '../../model/nodes.ts';
import { PodBit, PodPhase } from '../../model/pods.ts';
import type { NodeRow, PodRow } from '../../model/rows.ts';
import { ZONE_LABEL } from '../../model/state.ts';
import type { World } from '../../world/build.ts';
import { PodRevisions } from '../../world/pod-revisions.ts';
import { workloadOf } from '../../world/workload-of-pod.ts';
import { poolOf } from '../../view/run-nodes.ts';
import { Strings } from '../../view/strings.ts';
import { LiveEvents } from './live-events.ts';
import { LiveRequests } from './live-requests.ts';

export class LiveFrames {
  readonly #world: World;
  readonly #strings = new Strings();
  readonly #requests: LiveRequests;
  readonly #events: LiveEvents;
  /** By row of the tables: which row of the page it is, whose pod, and its state and node as last told. */
  #podRows: number[] = [];
  #podEpochs: number[] = [];
  #podStates: number[] = [];
  #podNodes: number[] = [];
  #pods = 0;
  readonly #nodeStates: number[] = [];

  constructor(world: World) {
    this.#world = world;
    this.#requests = new LiveRequests(world, this.#strings);
    this.#events = new LiveEvents(world.state, this.#strings);
  }

  /** Everything that is not told yet. The first one has all that there is. */
  take(): Frame {
    const until = this.#world.engine.now / 1e6;
    const nodes = this.#takeNodes(until);
    const pods = this.#takePods(until);
    return {
      ...emptyFrame(until),
      ...nodes,
      ...pods,
      ...this.#requests.take(),
      ...this.#events.take(),
      strings: this.#strings.take(),
    };
  }

  #takeNodes(time: number): Pick<Frame, 'nodes' | 'nodeChanges'> {
    const { nodes } = this.#world.state;
    const made = { name: [] as number[], zone: [] as number[], pool: [] as number[] };
    const changes = { time: [] as number[], node: [] as number[], state: [] as number[] };
    for (let node = 0 as NodeRow; node < nodes.length; node = (node + 1) as NodeRow) {
      if (node >= this.#nodeStates.length) {
        const { name, labels } = nodes.spec[node];
        made.name.push(this.#strings.of(name));
        made.zone.push(this.#strings.of(labels[ZONE_LABEL] ?? ''));
        made.pool.push(this.#strings.of(poolOf(name)));
        this.#nodeStates.push(NodeState.Absent);
      }
      const state = this.#nodeState(node);
      if (this.#nodeStates[node] === state) continue;
      this.#nodeStates[node] = state;
      changes.time.push(time);
      changes.node.push(node);
      changes.state.push(state);
    }
    return { nodes: made, nodeChanges: changes };
  }

  #nodeState(node: NodeRow): number {
    const { nodes } = this.#world.state;
    if (nodes.alive[node] === 0) return NodeState.Absent;
    if (nodes.ready[node] !== NodeReady.True) return NodeState.NotReady;
    return nodes.unschedulable[node] === 1 ? NodeState.Cordoned : NodeState.Ready;
  }

  #takePods(time: number): Pick<Frame, 'pods' | 'podChanges'> {
    const { pods } = this.#world.state;
    const made = {
      namespace: [] as number[],
      name: [] as number[],
      workload: [] as number[],
      revision: [] as number[],
    };
    const changes = { time: [] as number[], pod: [] as number[], state: [] as number[], node: [] as number[] };
    const tell = (row: number, state: number, on: number): void => {
      changes.time.push(time);
      changes.pod.push(row);
      changes.state.push(state);
      changes.node.push(on);
    };
    let revisions: PodRevisions | undefined;
    for (let pod = 0 as PodRow; pod < pods.length; pod = (pod + 1) as PodRow) {
      const known = this.#podEpochs[pod] === pods.epoch[pod];
      if (!known || pods.alive[pod] === 0) {
        if ((this.#podStates[pod] ?? PodState.Absent) !== PodState.Absent) {
          tell(this.#podRows[pod], PodState.Absent, -1);
          this.#podStates[pod] = PodState.Absent;
        }
        if (pods.alive[pod] === 0) continue;
      }
      if (!known) {
        revisions ??= new PodRevisions(this.#world.state);
        this.#add(pod, made, revisions);
      }
      const state = this.#podState(pod);
      const node = pods.node[pod];
      if (this.#podStates[pod] === state && this.#podNodes[pod] === node) continue;
      this.#podStates[pod] = state;
      this.#podNodes[pod] = node;
      tell(this.#podRows[pod], state, node);
    }
    return { pods: made, podChanges: changes };
  }

  #add(
    pod: PodRow,
    made: { namespace: number[]; name: number[]; workload: number[]; revision: number[] },
    revisions: PodRevisions,
  ): void {
    const { state } = this.#world;
    const { pods } = state;
    const podClass = state.classes.get(pods.podClass[pod]);
    const { namespace, kind, workload } = workloadOf(state, pod);
    const { number, hash } = revisions.of(pods.owner[pod], podClass);
    this.#podRows[pod] = this.#pods;
    this.#pods += 1;
    this.#podEpochs[pod] = pods.epoch[pod];
    this.#podStates[pod] = PodState.Absent;
    this.#podNodes[pod] = -1;
    made.namespace.push(this.#strings.of(podClass.namespace));
    made.name.push(this.#strings.of(state.identities.name(pods.identity[pod])));
    made.workload.push(this.#strings.of(kind === 'Pod' ? '' : `${kind}/${namespace}/${workload}`));
    made.revision.push(this.#strings.of(number === null ? hash : String(number)));
  }

  #podState(pod: PodRow): number {
    const { pods } = this.#world.state;
    const bits = pods.state[pod];
    const phase = bits & PodBit.PhaseMask;
    if (phase === PodPhase.Succeeded) return PodState.Succeeded;
    if (phase === PodPhase.Failed) return PodState.Failed;
    if ((bits & PodBit.Deleting) !== 0) return PodState.Terminating;
    if (pods.node[pod] < 0) return PodState.Pending;
    if ((bits & PodBit.Ready) !== 0) return PodState.Ready;
    return phase === PodPhase.Running ? PodState.NotReady : PodState.Starting;
  }
}
