// Deletes images that no container uses: when the disk is nearly full, when they are old, and before pods are evicted (kubelet's image_gc_manager).
import type { Engine } from '../../engine/engine.ts';
import type { NodeRow } from '../../model/rows.ts';
import type { ClusterState } from '../../model/state.ts';
import type { NodePods } from '../node-pods.ts';
import type { PodEvents } from '../pod-events.ts';
import type { PodRuntimes } from '../pod-runtimes.ts';
import type { KubeletSettings } from '../settings.ts';
import type { SimulatedStats } from '../simulated-stats.ts';
import type { Images } from './images.ts';
import type { ImageRecord } from './node-images.ts';

/** How often images are noticed and deleted (`ImageGCPeriod`). */
const PERIOD_US = 300e6;
/** Nodes whose disks cannot become so full are not looked at. */
const WATCHED_SHARE = 0.5;

export interface CollectionParts {
  readonly engine: Engine;
  readonly state: ClusterState;
  readonly settings: KubeletSettings;
  readonly admitted: NodePods;
  readonly runtimes: PodRuntimes;
  readonly stats: SimulatedStats;
  readonly images: Images;
  readonly events: PodEvents;
}

interface OfNode {
  /** When the node's kubelet began to collect, and the stamp of the next event. */
  readonly begunUs: number;
  stamp: number;
  booked: boolean;
  failed: boolean;
}

type Unused = readonly [image: string, record: ImageRecord];

export class ImageCollection {
  readonly #parts: CollectionParts;
  readonly #nodes: (OfNode | undefined)[] = [];
  readonly #onPass: number;

  constructor(parts: CollectionParts) {
    this.#parts = parts;
    this.#onPass = parts.engine.kind('kubelet.images', (at, stamp) => {
      const node = at as NodeRow;
      const known = this.#nodes[node];
      if (known?.stamp === stamp) this.#pass(node, known);
    });
  }

  /** The kubelet of the node starts; those of the first nodes run since long. */
  start(node: NodeRow): void {
    const stamp = (this.#nodes[node]?.stamp ?? 0) + 1;
    this.#nodes[node] = { begunUs: this.#parts.engine.now, stamp, booked: false, failed: false };
    this.wake(node);
  }

  stop(node: NodeRow): void {
    const known = this.#nodes[node];
    if (known === undefined) return;
    known.stamp += 1;
    known.booked = false;
  }

  /** The node has more images or pods than before. */
  wake(node: NodeRow): void {
    const { settings, stats } = this.#parts;
    const known = this.#of(node);
    const { highThreshold, maximumAgeUs } = settings.imageCollection;
    if (known.booked || (highThreshold === 1 && maximumAgeUs === 0)) return;
    if (maximumAgeUs > 0 || stats.mayUse(node, Math.min(WATCHED_SHARE, highThreshold))) this.#book(node, known);
  }

  /** Before pods are evicted. */
  deleteUnused(node: NodeRow): void {
    this.#deleteSome(node, Infinity, this.#inOrder(node));
  }

  #of(node: NodeRow): OfNode {
    let known = this.#nodes[node];
    if (known === undefined) {
      // Since long: kubelets are not started at the same time.
      const phase = ((Math.abs(this.#parts.state.nodes.renewPhaseUs[node]) * 30) % PERIOD_US) - PERIOD_US;
      known = { begunUs: phase, stamp: 0, booked: false, failed: false };
      this.#nodes[node] = known;
    }
    return known;
  }

  #book(node: NodeRow, known: OfNode): void {
    const { engine } = this.#parts;
    known.booked = true;
    const periods = Math.floor((engine.now - known.begunUs) / PERIOD_US) + 1;
    engine.at(known.begunUs + periods * PERIOD_US, this.#onPass, node, known.stamp);
  }

  #pass(node: NodeRow, known: OfNode): void {
    const { runtimes, events } = this.#parts;
    this.#book(node, known);
    if (runtimes.overdue.stopped(node)) return;
    const problem = this.#collect(node, known);
    if (problem !== undefined && known.failed) events.node('Warning', 'ImageGCFailed', problem, node);
    known.failed = problem !== undefined;
  }

  /** Returns why too little was freed. */
  #collect(node: NodeRow, known: OfNode): string | undefined {
    const { stats, settings, events } = this.#parts;
    const { highThreshold, lowThreshold } = settings.imageCollection;
    const unused = this.#deleteOld(node, known, this.#inOrder(node));
    const capacity = stats.capacityBytes('imagefs', node);
    const available = stats.availableBytes('imagefs', node);
    if (capacity === Infinity) return undefined;
    const percent = 100 - Math.trunc((available * 100) / capacity);
    if (percent < Math.round(highThreshold * 100)) return undefined;
    const wanted = Math.trunc((capacity * (100 - Math.round(lowThreshold * 100))) / 100) - available;
    const freed = this.#deleteSome(node, wanted, unused);
    if (freed >= wanted) return undefined;
    const problem =
      `Insufficient free disk space on the node's image filesystem (${percent}% of ${sizeText(capacity)} used). ` +
      `Failed to free sufficient space by deleting unused images (freed ${freed} bytes). ` +
      'Investigate disk usage, as it could be used by active images, logs, volumes, or other data.';
    events.node('Warning', 'FreeDiskSpaceFailed', problem, node);
    return problem;
  }

  /** Notes which images there are and which are in use; yields the others, those first that were used least lately. */
  #inOrder(node: NodeRow): Unused[] {
    const { engine, images } = this.#parts;
    const { begunUs } = this.#of(node);
    const used = this.#used(node);
    const unused: Unused[] = [];
    for (const [image, record] of images.recordsOn(node)) {
      // As if each look had been taken.
      if (record.detectedUs < 0) record.detectedUs = Math.min(engine.now, lookAfter(record.sinceUs, begunUs));
      if (used.has(image)) record.usedUs = engine.now;
      else unused.push([image, record]);
    }
    return unused.sort(([, a], [, b]) => a.usedUs - b.usedUs || a.detectedUs - b.detectedUs);
  }

  #used(node: NodeRow): ReadonlySet<string> {
    const { admitted, runtimes, stats, state } = this.#parts;
    const used = new Set<string>();
    for (let pod = admitted.first(node); pod >= 0; pod = admitted.next(pod)) {
      const first = state.pods.firstContainer[pod];
      for (const [index, { image }] of runtimes.planOf(pod).containers.entries()) {
        if (stats.hasContainer(pod, first + index)) used.add(image);
      }
    }
    return used;
  }

  #deleteOld(node: NodeRow, { begunUs }: OfNode, unused: readonly Unused[]): readonly Unused[] {
    const { engine, settings, images } = this.#parts;
    const { maximumAgeUs } = settings.imageCollection;
    if (maximumAgeUs === 0 || engine.now - begunUs <= maximumAgeUs) return unused;
    return unused.filter(([image, { usedUs }]) => {
      // One that was never seen in use was used never.
      const old = usedUs < 0 || engine.now - usedUs > maximumAgeUs;
      if (old) images.remove(image, node);
      return !old;
    });
  }

  #deleteSome(node: NodeRow, wanted: number, unused: readonly Unused[]): number {
    const { engine, settings, images } = this.#parts;
    let freed = 0;
    for (const [image, { layers, detectedUs }] of unused) {
      if (engine.now - detectedUs < settings.imageCollection.minimumAgeUs) continue;
      images.remove(image, node);
      // The kubelet counts the size of the image, whoever else has its layers.
      freed += layers.reduce((sum, { bytes }) => sum + bytes, 0) * settings.disk.unpackedFactor;
      if (freed >= wanted) break;
    }
    return freed;
  }
}

function lookAfter(timeUs: number, begunUs: number): number {
  return begunUs + Math.ceil((timeUs - begunUs) / PERIOD_US) * PERIOD_US;
}

function sizeText(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let size = bytes;
  let unit = 0;
  while (size >= 1024 && unit < units.length - 1) {
    size /= 1024;
    unit += 1;
  }
  return `${unit === 0 ? size : size.toFixed(1)} ${units[unit]}`;
}
