// A snapshot for whoever tries nodes and pods out: a cache of its own, with nodes that might come, and the filters of the default profile.
import type { Calendar } from '../../engine/calendar.ts';
import { Signal } from '../../engine/script.ts';
import { assert } from '../../lib/assert.ts';
import type { ClusterSnapshot, SnapshotNode, SnapshotPod } from '../../model/ports/cluster-snapshot.ts';
import type { Registry } from '../../model/registry.ts';
import type { NodeRow, PodRow } from '../../model/rows.ts';
import { SchedulerCache } from '../cache/cache.ts';
import { Nominations } from '../cache/nominations.ts';
import type { Handle, ObjectSource } from '../framework/interface.ts';
import { StorageObjects } from '../framework/listers/storage-objects.ts';
import { NodeList } from '../framework/node-list.ts';
import { PodInfo } from '../framework/pod-info.ts';
import { defaultProfile } from '../framework/profile/default-profile.ts';
import { Framework } from '../framework/runtime/framework.ts';
import { Code } from '../framework/status.ts';
import { reasonLists, Verdicts } from '../framework/verdicts.ts';
import { schedulerPlugins } from '../plugins/index.ts';
import { registryOfSnapshot } from './registry-of-snapshot.ts';

/** Nodes are filtered in lists of at most so many. */
const LONGEST_LIST = 64;

/** `objects` is the watch of a kind. */
export function clusterSnapshot(
  engine: Calendar,
  registry: Registry,
  objects: (kind: string) => ObjectSource,
): ClusterSnapshot {
  return new FilteredSnapshot(engine, registry, objects);
}

class FilteredSnapshot implements ClusterSnapshot {
  reasons: readonly string[] = [];
  readonly #registry: Registry;
  readonly #names = new Map<NodeRow, string>();
  readonly #cache: SchedulerCache;
  readonly #framework: Framework;
  readonly #reasonLists = reasonLists();
  readonly #nodes = new Set<NodeRow>();
  readonly #pods = new Set<PodRow>();
  readonly #list = new NodeList();
  readonly #verdicts = new Verdicts();
  readonly #pod = new PodInfo();
  /** The rows that the next node and the next pod that might come have. */
  #nextNode = 0;
  #nextPod = 0;

  constructor(engine: Calendar, registry: Registry, objects: (kind: string) => ObjectSource) {
    this.#registry = registry;
    this.#cache = new SchedulerCache(registryOfSnapshot(registry, this.#names));
    this.#framework = new Framework(defaultProfile, this.#handle(engine, objects), 100, schedulerPlugins);
    this.#list.ensure(LONGEST_LIST);
    this.clear();
  }

  clear(): void {
    for (const pod of this.#pods) this.#cache.remove(pod);
    for (const node of this.#nodes) this.#cache.removeNode(node);
    this.#pods.clear();
    this.#nodes.clear();
    this.restart();
  }

  restart(): void {
    this.#names.clear();
    this.#nextNode = this.#registry.nodes.length;
    this.#nextPod = this.#registry.pods.length;
  }

  addNode({ row, name, labels, taints, unschedulable, allocatable }: SnapshotNode): NodeRow {
    let node = row;
    if (row < 0) {
      node = this.#nextNode as NodeRow;
      this.#nextNode += 1;
      this.#names.set(node, name);
    }
    const { classes, taintSets } = this.#registry;
    const cache = this.#cache;
    cache.setNode(
      node,
      classes.labelSets.id(labels),
      taintSets.id(taints),
      unschedulable ? 1 : 0,
      cache.allocatableSets.id(allocatable),
    );
    this.#nodes.add(node);
    return node;
  }

  removeNode(node: NodeRow): void {
    this.#cache.removeNode(node);
    this.#nodes.delete(node);
  }

  addPod({ row, epoch, podClass, terminating, successor = false }: SnapshotPod, node: NodeRow): PodRow {
    let pod = row;
    if (row < 0 || successor) {
      pod = this.#nextPod as PodRow;
      this.#nextPod += 1;
    }
    assert(!this.#pods.has(pod), () => `pod ${pod} is in the snapshot already`);
    this.#cache.add(pod, epoch, this.#registry.classes.get(podClass), node, false, terminating);
    this.#pods.add(pod);
    return pod;
  }

  removePod(pod: PodRow): void {
    this.#cache.remove(pod);
    this.#pods.delete(pod);
  }

  fits(pod: SnapshotPod, node: NodeRow): boolean {
    if (!this.#preFilter(pod)) return false;
    const { restriction } = this.#framework;
    if (restriction !== undefined && !restriction.includes(node)) {
      this.reasons = ["node(s) didn't satisfy plugin(s) of PreFilter"];
      return false;
    }
    this.#list.rows[0] = node;
    this.#filter(1);
    if (this.#verdicts.codes[0] === Code.Success) return true;
    this.reasons = this.#reasonLists.get(this.#verdicts.reasons[0]);
    return false;
  }

  findFit(pod: SnapshotPod, nodes: readonly NodeRow[], from: number, accepts: (node: NodeRow) => boolean): number {
    if (!this.#preFilter(pod)) return -1;
    const { restriction } = this.#framework;
    const positions: number[] = [];
    for (let i = 0; i < nodes.length; i += 1) {
      const at = (from + i) % nodes.length;
      const node = nodes[at];
      const worth = this.#cache.unschedulable[node] === 0 && (restriction === undefined || restriction.includes(node));
      if (worth && accepts(node)) {
        this.#list.rows[positions.length] = node;
        positions.push(at);
      }
      if (positions.length < LONGEST_LIST && i + 1 < nodes.length) continue;
      this.#filter(positions.length);
      for (let k = 0; k < positions.length; k += 1) if (this.#verdicts.codes[k] === Code.Success) return positions[k];
      positions.length = 0;
    }
    return -1;
  }

  #preFilter({ row, epoch, podClass, owner }: SnapshotPod): boolean {
    const pod = this.#pod;
    pod.row = row;
    pod.epoch = epoch;
    pod.owner = owner;
    pod.podClass = this.#registry.classes.get(podClass);
    const { status } = this.#framework.runPreFilter(pod);
    if (status.code === Code.Success) return true;
    this.reasons = status.reasons;
    return false;
  }

  #filter(count: number): void {
    this.#list.start = 0;
    this.#list.end = count;
    this.#verdicts.reset(count);
    this.#framework.runFilter(this.#pod, this.#list, this.#verdicts, false);
  }

  /** What plugins get. Nothing is scheduled here: only what filters ask for has an answer. */
  #handle(engine: Calendar, objects: (kind: string) => ObjectSource): Handle {
    const cache = this.#cache;
    const never = (what: string) => (): never => {
      throw new Error(`a filter of a snapshot asked for ${what}`);
    };
    return {
      engine,
      cache,
      storage: new StorageObjects(objects),
      labelSets: cache.state.classes.labelSets,
      taintSets: cache.state.taintSets,
      reasons: this.#reasonLists,
      random: engine.stream('cluster snapshot'),
      nowUs: () => engine.now,
      nodeName: (node) => cache.state.nodeName(node),
      objects,
      pods: never('the watch of pods'),
      activate: () => undefined,
      update: () => new Signal(engine),
      answered: () => undefined,
      writeBinding: never('a binding'),
      bound: never('the end of a binding'),
      allow: never('Permit'),
      reject: never('Permit'),
      nominations: new Nominations(),
      isPreempting: () => false,
    };
  }
}
