// What kubelets report of their nodes' images (`status.images`), for those who place pods by them.
import type { Engine } from '../../engine/engine.ts';
import type { NodeImage } from '../../model/nodes.ts';
import type { NodeRow } from '../../model/rows.ts';
import type { ClusterState } from '../../model/state.ts';
import { isNamedAsReported, reportedImageName } from './image-names.ts';
import type { Images } from './images.ts';
import type { ImageRecord } from './node-images.ts';

/** How often a kubelet lists its images (`imageCache`), and how often it looks whether its node's status has changed. */
const LIST_US = 30e6;
const STATUS_US = 10e6;
/** `nodeStatusMaxImages`. */
const MOST_IMAGES = 50;

interface OfNode {
  /** When it lists and when it looks, within the period. */
  readonly listPhaseUs: number;
  readonly statusPhaseUs: number;
  listBooked: boolean;
  statusBooked: boolean;
  /** As it was listed last. */
  listed: number;
}

/** What has no name by which a pod could ask for it takes its place among the reported ones, but nobody reads it: no status is written for it. */
export class ImageReports {
  readonly #engine: Engine;
  readonly #state: ClusterState;
  readonly #images: Images;
  readonly #nodes: (OfNode | undefined)[] = [];
  readonly #onList: number;
  readonly #onStatus: number;

  /** `write` puts the list into the node's status, where the kubelet runs. */
  constructor(engine: Engine, state: ClusterState, images: Images, write: (node: NodeRow, list: number) => void) {
    this.#engine = engine;
    this.#state = state;
    this.#images = images;
    this.#onList = engine.kind('kubelet.list-images', (at) => {
      const node = at as NodeRow;
      const known = this.#of(node);
      known.listBooked = false;
      known.listed = this.list(node);
      if (known.statusBooked || known.listed === state.nodes.imagesOf(node)) return;
      known.statusBooked = true;
      engine.after(untilNext(engine.now, known.statusPhaseUs, STATUS_US), this.#onStatus, node, 0);
    });
    this.#onStatus = engine.kind('kubelet.report-images', (at) => {
      const node = at as NodeRow;
      const known = this.#of(node);
      known.statusBooked = false;
      if (known.listed !== state.nodes.imagesOf(node)) write(node, known.listed);
    });
    images.changed = (node, image) => this.#changed(node, image);
  }

  /** Nodes that have run since long have reported what they have. */
  begin(): void {
    const { nodes } = this.#state;
    if (!this.#images.areSome) return;
    for (let node = 0 as NodeRow; node < nodes.length; node = (node + 1) as NodeRow)
      if (nodes.alive[node] === 1) nodes.setImages(node, this.list(node));
  }

  /** Those that a node has now, the largest first, as a number of `state.imageLists`. */
  list(node: NodeRow): number {
    if (!this.#images.areSome) return 0;
    const list = this.#images
      .recordsOn(node)
      .map(([image, { layers }]) => ({ image, sizeBytes: bytesOf(layers) }))
      .sort((a, b) => b.sizeBytes - a.sizeBytes || (a.image < b.image ? 1 : -1))
      .slice(0, MOST_IMAGES)
      .filter(({ image }) => isNamedAsReported(image))
      .map(({ image, sizeBytes }): NodeImage => ({ names: [reportedImageName(image)], sizeBytes }));
    return this.#state.imageLists.id(list);
  }

  #changed(node: NodeRow, image: string): void {
    if (!isNamedAsReported(image) && this.#images.countOn(node) < MOST_IMAGES) return;
    const known = this.#of(node);
    if (known.listBooked) return;
    known.listBooked = true;
    this.#engine.after(untilNext(this.#engine.now, known.listPhaseUs, LIST_US), this.#onList, node, 0);
  }

  #of(node: NodeRow): OfNode {
    let known = this.#nodes[node];
    if (known === undefined) {
      const random = this.#engine.stream('kubelet.image-reports');
      const phase = (periodUs: number): number => Math.floor(random.uniform() * periodUs);
      known = {
        listPhaseUs: phase(LIST_US),
        statusPhaseUs: phase(STATUS_US),
        listBooked: false,
        statusBooked: false,
        listed: 0,
      };
      this.#nodes[node] = known;
    }
    return known;
  }
}

function bytesOf(layers: ImageRecord['layers']): number {
  let bytes = 0;
  for (const layer of layers) bytes += layer.bytes;
  return bytes;
}

/** From 1 to the whole period. */
function untilNext(nowUs: number, phaseUs: number, periodUs: number): number {
  return periodUs - ((((nowUs - phaseUs) % periodUs) + periodUs) % periodUs);
}
