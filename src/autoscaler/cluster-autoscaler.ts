// The cluster autoscaler's loop: looks at the cluster, puts right what went wrong, makes room for pending pods, removes nodes that are not needed.
import type { Engine } from '../engine/engine.ts';
import type { CloudProvider, NodeGroup } from '../model/ports/cloud.ts';
import type { ClusterSnapshot } from '../model/ports/cluster-snapshot.ts';
import type { Hands, Steps } from './cluster/hands.ts';
import type { ListedNode, ListedPod, Listing } from './cluster/listed.ts';
import { isDaemonSetPod, isRecreatable } from './cluster/pod-facts.ts';
import { Snapshot } from './cluster/snapshot.ts';
import type { AutoscalerOptions } from './options.ts';
import { Actuator } from './scale-down/actuator.ts';
import type { DeletionTracker } from './scale-down/deletion-tracker.ts';
import { HintingSimulator } from './scale-down/hinting.ts';
import { type KeptNode, keptNode, type LastLoop, type Pause, type ScaleDownResult } from './scale-down/kept-node.ts';
import { Planner } from './scale-down/planner.ts';
import { GPU } from './scale-down/utilization.ts';
import type { Resize } from './scale-up/balancing.ts';
import { addTemplateNode, type Template } from './scale-up/binpacking.ts';
import { podEvents } from './scale-up/pod-events.ts';
import { ScaleUp, type ScaleUpInput, type ScaleUpOutcome, type ScaleUpResult } from './scale-up/scale-up.ts';
import { ClusterStateRegistry, failedInstances } from './state/cluster-state.ts';
import { Templates } from './templates.ts';

/** Pods so young may be the first of many. */
const POD_BUFFER_US = 2e6;
const GPU_POD_BUFFER_US = 30e6;
const LONG_AGO_US = 3600e6;

/** What a loop did, for who observes it. */
export interface LoopReport {
  /** A second entry is the attempt to give groups their least size. */
  readonly scaleUps: readonly ScaleUpOutcome[];
  readonly scaleDown: ScaleDownResult;
}

export interface AutoscalerParts {
  readonly engine: Engine;
  readonly hands: Hands;
  readonly provider: CloudProvider;
  readonly filters: ClusterSnapshot;
  readonly options: AutoscalerOptions;
  /** Hears of every loop that came to its end. */
  readonly observe?: (report: LoopReport) => void;
}

const WAS_TRIED: ReadonlySet<ScaleUpResult> = new Set(['Successful', 'Error', 'NoOptionsAvailable']);

const nothing = (result: ScaleUpResult): ScaleUpOutcome => ({ result, resized: [], triggeredBy: [], withoutHelp: [] });

export class ClusterAutoscaler {
  readonly planner: Planner;
  readonly actuator: Actuator;
  readonly #parts: AutoscalerParts;
  readonly #snapshot: Snapshot;
  readonly #state: ClusterStateRegistry;
  readonly #templates: Templates;
  readonly #scaleUp: ScaleUp;
  readonly #hints = new HintingSimulator();
  /** By the list of the pods on a node: those of it that count. */
  readonly #kept = new WeakMap<readonly ListedPod[], readonly ListedPod[]>();
  #lastScaleUpUs = -LONG_AGO_US;
  #lastDeletionUs = -LONG_AGO_US;
  #lastFailureUs = -LONG_AGO_US;
  /** What the last loop has made of nodes; undefined before the first. */
  #last: LastLoop | undefined;

  constructor(parts: AutoscalerParts) {
    const { engine, hands, provider, filters, options } = parts;
    this.#parts = parts;
    this.#snapshot = new Snapshot(filters);
    this.#state = new ClusterStateRegistry(provider, options, {
      timedOut: (group, afterUs) => this.#timedOut(group, afterUs),
      failedInstances: (group, count, error) => this.#instancesFailed(group, count, error),
    });
    this.#templates = new Templates(provider, this.#snapshot);
    this.#scaleUp = new ScaleUp({
      groups: provider.groups,
      state: this.#state,
      snapshot: this.#snapshot,
      options,
      random: engine.stream('node autoscaler'),
      resize: (resize) => this.#resize(resize),
    });
    this.planner = new Planner(this.#snapshot, provider, options);
    this.actuator = new Actuator(engine, hands, provider, options);
  }

  *runOnce(): Steps {
    const { engine, hands, options } = this.#parts;
    const nowUs = engine.now;
    const listing = hands.list();
    const deletions = this.actuator.tracker.snapshot();
    this.#fillSnapshot(listing);
    const templates = this.#templates.all(listing, nowUs);
    this.#state.update(listing.nodes, nowUs);
    this.#removeLongUnregistered();
    this.#last = { isHealthy: this.#state.isHealthy, scaleDown: 'NotTried' };
    if (!this.#state.isHealthy) {
      this.planner.forgetUnneeded();
      hands.event('Warning', 'ClusterUnhealthy', 'Cluster is unhealthy');
      return;
    }
    this.#deleteFailedInstances();
    if (this.#fixSizes(nowUs)) return;
    const nodes = this.#addUpcoming(listing.nodes, templates);
    const pods = this.#podsToHelp(listing, deletions, nowUs);
    const input: ScaleUpInput = {
      pods,
      nodes: this.#snapshotNodes(),
      templates,
      priorities: hands.priorities(),
      nowUs,
    };
    const scaleUps = [this.#tryToScaleUp(input, listing, nowUs)];
    for (const one of scaleUps) podEvents(hands, this.#parts.provider.groups, one);
    const mayScaleDown = scaleUps[0]?.result !== 'InCooldown';
    let scaleDown: ScaleDownResult = scaleUps[0]?.result === 'Successful' ? 'InCooldown' : 'NotTried';
    if (options.scaleDownEnabled)
      scaleDown = yield* this.#tryToScaleDown(listing, nodes, deletions, mayScaleDown, nowUs);
    if (options.enforceNodeGroupMinSize) {
      const outcome = this.#scaleUp.toMinSize(templates, input);
      if (outcome.result === 'Successful') this.#lastScaleUpUs = nowUs;
      // Only what was tried is reported beside it.
      if (!WAS_TRIED.has(scaleUps[0]?.result ?? 'NotTried')) scaleUps.pop();
      scaleUps.push(outcome);
    }
    this.#last = { isHealthy: true, scaleDown };
    this.#parts.observe?.({ scaleUps, scaleDown });
  }

  /** Why the last loop has left a node where it is; undefined for one that it has not seen. */
  whyKept(node: string): KeptNode | undefined {
    const { engine, provider, options } = this.#parts;
    if (this.#last === undefined) return undefined;
    const { planner, actuator } = this;
    const group = provider.groupOf(node);
    const kept = keptNode(node, { ...this.#last, planner, deletions: actuator.tracker, group, options });
    const pause = this.#pauses().find(({ untilUs }) => untilUs > engine.now);
    return this.#last.scaleDown === 'InCooldown' && pause !== undefined ? { ...kept, pause } : kept;
  }

  #fillSnapshot(listing: Listing): void {
    this.#snapshot.fill(listing.nodes, (node) => this.#keptOf(listing.podsOn(node)));
  }

  #keptOf(pods: readonly ListedPod[]): readonly ListedPod[] {
    let kept = this.#kept.get(pods);
    if (kept === undefined) {
      const { expendablePodsPriorityCutoff: cutoff } = this.#parts.options;
      kept = pods.filter(({ podClass }) => podClass.priority >= cutoff);
      this.#kept.set(pods, kept);
    }
    return kept;
  }

  #snapshotNodes(): Pick<ListedNode, 'capacity' | 'taints'>[] {
    return this.#snapshot.nodes.map((row) => {
      const node = this.#snapshot.node(row);
      return { taints: node.taints, capacity: (node as ListedNode).capacity };
    });
  }

  /** Nodes on their way take the place of those that have registered and are not ready yet. The listed nodes that are left. */
  #addUpcoming(nodes: readonly ListedNode[], templates: ReadonlyMap<string, Template>): readonly ListedNode[] {
    const starting = new Set<string>();
    for (const { id } of this.#parts.provider.groups) {
      const { count, registered } = this.#state.upcoming(id);
      const template = templates.get(id);
      if (template === undefined) continue;
      for (let i = 0; i < count; i += 1) addTemplateNode(this.#snapshot, template, `upcoming-${i}`);
      for (const name of registered) starting.add(name);
    }
    for (const node of nodes) if (starting.has(node.name)) this.#snapshot.removeNode(node.row);
    return nodes.filter(({ name }) => !starting.has(name));
  }

  /** Pending pods, and those of nodes that are being drained, without those that find a place without help. */
  #podsToHelp(listing: Listing, deletions: DeletionTracker, nowUs: number): readonly ListedPod[] {
    const { expendablePodsPriorityCutoff, newPodScaleUpDelayUs } = this.#parts.options;
    const pending = listing.unschedulable.filter(({ podClass }) => podClass.priority >= expendablePodsPriorityCutoff);
    const drained = new Set(deletions.drained);
    const rows = listing.nodes.filter(({ name, row }) => drained.has(name) && this.#snapshot.has(row));
    const displaced = rows
      .flatMap(({ row }) => this.#snapshot.podsOn(row))
      .filter(isRecreatable)
      .map((pod) => ({ ...pod, successor: true, node: -1 as const }));
    const pods = [...pending, ...displaced].sort((a, b) => b.podClass.priority - a.podClass.priority);
    const placed = this.#hints.place(this.#snapshot, pods, () => true, false);
    this.#hints.dropOldHints();
    return pods.filter(
      (pod) => !placed.has(pod) && !isDaemonSetPod(pod) && nowUs - pod.createdUs > newPodScaleUpDelayUs,
    );
  }

  #tryToScaleUp(input: ScaleUpInput, { nodes }: Listing, nowUs: number): ScaleUpOutcome {
    const { maxNodesTotal } = this.#parts.options;
    const { hands } = this.#parts;
    if (input.pods.length === 0) return nothing('NotNeeded');
    const ready = nodes.filter((node) => node.ready).length;
    if (maxNodesTotal > 0 && ready >= maxNodesTotal) {
      hands.event('Warning', 'MaxNodesTotalReached', `Max total nodes in cluster reached: ${maxNodesTotal}`);
      const withoutHelp = input.pods.map((pod) => ({ pod, rejected: new Map(), skipped: new Map() }));
      return { ...nothing('LimitedByMaxNodesTotal'), withoutHelp };
    }
    if (areNew(input.pods, nowUs)) return nothing('InCooldown');
    const outcome = this.#scaleUp.run(input);
    if (outcome.result === 'Successful') this.#lastScaleUpUs = nowUs;
    return outcome;
  }

  *#tryToScaleDown(
    listing: Listing,
    nodes: readonly ListedNode[],
    deletions: DeletionTracker,
    mayScaleDown: boolean,
    nowUs: number,
  ): Steps<ScaleDownResult> {
    const { planner, actuator } = this;
    const { options } = this.#parts;
    const input = { listing, nodes, deletions, nowUs };
    const candidates = planner.candidates(input);
    planner.update(input, candidates);
    let result: ScaleDownResult;
    if (!mayScaleDown || this.#isCoolingDown(nowUs)) {
      result = 'InCooldown';
    } else if (candidates.length === 0) {
      result = 'NoCandidates';
    } else {
      const { empty, drain } = planner.nodesToDelete(listing.nodes, deletions, nowUs);
      result = yield* actuator.start(empty, drain, planner.utilization);
      if (result === 'NodeDeleteStarted') {
        this.#lastDeletionUs = nowUs;
        this.#state.recalculate();
      }
      if (result === 'Error') this.#lastFailureUs = nowUs;
    }
    if (options.maxBulkSoftTaintCount > 0) yield* actuator.updateSoftTaints(nodes, planner.unneeded);
    return result;
  }

  #isCoolingDown(nowUs: number): boolean {
    return this.#pauses().some(({ untilUs }) => untilUs > nowUs);
  }

  /** Until when nothing is removed, after what. */
  #pauses(): readonly Pause[] {
    const { scaleDownDelayAfterAddUs, scaleDownDelayAfterFailureUs, scaleDownDelayAfterDeleteUs } = this.#parts.options;
    return [
      { option: 'scaleDownDelayAfterAdd', untilUs: this.#lastScaleUpUs + scaleDownDelayAfterAddUs },
      { option: 'scaleDownDelayAfterFailure', untilUs: this.#lastFailureUs + scaleDownDelayAfterFailureUs },
      { option: 'scaleDownDelayAfterDelete', untilUs: this.#lastDeletionUs + scaleDownDelayAfterDeleteUs },
    ];
  }

  /** Machines that have not become nodes in time are given back, down to the least size of the group. */
  #removeLongUnregistered(): void {
    const { hands, provider } = this.#parts;
    for (const group of provider.groups) {
      const names = this.#state.longUnregistered(group.id).slice(0, Math.max(0, group.target - group.min));
      if (names.length === 0) continue;
      const problem = group.deleteInstances(names);
      for (const name of names) {
        if (problem === '') hands.event('Normal', 'DeleteUnregistered', `Removed unregistered node ${name}`);
        else hands.event('Warning', 'DeleteUnregisteredFailed', `Failed to remove node ${name}: ${problem}`);
      }
    }
  }

  #deleteFailedInstances(): void {
    for (const group of this.#parts.provider.groups) {
      const names = failedInstances(group).map(({ name }) => name);
      if (names.length > 0 && group.deleteInstances(names) === '') this.#state.recalculate();
    }
  }

  /** Targets that nothing has come of are given up. True ends the loop. */
  #fixSizes(nowUs: number): boolean {
    let fixed = false;
    for (const group of this.#parts.provider.groups) {
      const excess = this.#state.excess(group.id, nowUs);
      if (excess === 0) continue;
      if (group.decreaseTarget(excess) !== '') return true;
      fixed = true;
    }
    return fixed;
  }

  #resize({ group, size }: Resize<NodeGroup>): boolean {
    const { hands, engine } = this.#parts;
    const { id, target, max } = group;
    const change = `${id} size`;
    hands.event(
      'Normal',
      'ScaledUpGroup',
      `Scale-up: setting group ${change} to ${size} instead of ${target} (max: ${max})`,
    );
    const problem = group.increase(size - target);
    if (problem !== '') {
      hands.event('Warning', 'FailedToScaleUpGroup', `Scale-up failed for group ${id}: ${problem}`);
      this.#state.registerFailedScaleUp(id, engine.now);
      return false;
    }
    this.#state.registerScaleUp(id, size - target, engine.now);
    hands.event(
      'Normal',
      'ScaledUpGroup',
      `Scale-up: group ${change} set to ${size} instead of ${target} (max: ${max})`,
    );
    return true;
  }

  #timedOut({ id }: NodeGroup, afterUs: number): void {
    const message = `Nodes added to group ${id} failed to register within ${afterUs / 1e6}s`;
    this.#parts.hands.event('Warning', 'ScaleUpTimedOut', message);
  }

  #instancesFailed({ id }: NodeGroup, count: number, error: string): void {
    const message = `Failed adding ${count} nodes to group ${id} due to ${error}`;
    this.#parts.hands.event('Warning', 'ScaleUpFailed', message);
  }
}

/** The oldest of them has just come. */
function areNew(pods: readonly ListedPod[], nowUs: number): boolean {
  const oldest = (some: readonly ListedPod[]): number => Math.min(...some.map(({ createdUs }) => createdUs));
  if (oldest(pods) + POD_BUFFER_US > nowUs) return true;
  const withGpu = pods.filter(({ podClass }) => podClass.shape.extended[GPU] !== undefined);
  return withGpu.length > 0 && oldest(withGpu) + GPU_POD_BUFFER_US > nowUs;
}
