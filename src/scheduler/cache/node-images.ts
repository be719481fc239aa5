// Which images the nodes report, for ImageLocality (kube-scheduler's ImageStateSummary).
import type { NodeRow } from '../../model/rows.ts';

export interface NodeImage {
  readonly names: readonly string[];
  readonly sizeBytes: number;
}

interface ImageState {
  /** As the first node reported it. */
  readonly sizeBytes: number;
  readonly nodes: Set<NodeRow>;
}

/**
 * On how many nodes an image is, a node knows from the last snapshot in which it had changed itself: kube-scheduler takes the
 * number over when it copies a changed node into its snapshot.
 */
export class NodeImages {
  readonly #states = new Map<string, ImageState>();
  readonly #namesOf = new Map<NodeRow, readonly string[]>();
  /** By node and image: how many nodes had the image at the node's last snapshot. */
  readonly #snapshot = new Map<NodeRow, Map<string, number>>();
  readonly #changed = new Set<NodeRow>();

  /** Takes over what a node reports; an empty list when the node is gone. */
  set(node: NodeRow, images: readonly NodeImage[]): void {
    for (const name of this.#namesOf.get(node) ?? []) {
      const state = this.#states.get(name);
      state?.nodes.delete(node);
      if (state?.nodes.size === 0) this.#states.delete(name);
    }
    const names: string[] = [];
    for (const image of images) {
      for (const name of image.names) {
        names.push(name);
        const state = this.#states.get(name);
        if (state === undefined) this.#states.set(name, { sizeBytes: image.sizeBytes, nodes: new Set([node]) });
        else state.nodes.add(node);
      }
    }
    if (names.length > 0) {
      this.#namesOf.set(node, names);
      this.#changed.add(node);
    } else {
      this.#namesOf.delete(node);
      this.#snapshot.delete(node);
      this.#changed.delete(node);
    }
  }

  /** Pods came to the node or left it. */
  touch(node: NodeRow): void {
    if (this.#namesOf.size > 0 && this.#namesOf.has(node)) this.#changed.add(node);
  }

  /** Takes the snapshot for one decision. */
  refresh(): void {
    if (this.#changed.size === 0) return;
    for (const node of this.#changed) {
      const counts = new Map<string, number>();
      for (const name of this.#namesOf.get(node) ?? []) counts.set(name, this.#states.get(name)?.nodes.size ?? 0);
      this.#snapshot.set(node, counts);
    }
    this.#changed.clear();
  }

  /** True when some node has the image. */
  has(name: string): boolean {
    return this.#states.has(name);
  }

  /** The image's bytes times the share of `nodes` nodes that have it, as `node` knows it; 0 when the node lacks it. */
  weighedBytes(name: string, node: NodeRow, nodes: number): number {
    const having = this.#snapshot.get(node)?.get(name);
    if (having === undefined) return 0;
    return Math.trunc((this.#states.get(name)?.sizeBytes ?? 0) * (having / nodes));
  }
}
