// How long a kubelet does not ask for an image again for a pod after a failed pull: 10 s, doubled each time, up to 5 min.
import type { PodRow } from '../../model/rows.ts';

const INITIAL_US = 10e6;
const LONGEST_US = 300e6;

interface Entry {
  readonly backoffUs: number;
  /** When and why the pull failed. */
  readonly failedUs: number;
  readonly error: string;
}

export class ImageBackOff {
  readonly #byPod = new Map<PodRow, Map<string, Entry>>();

  /** Why the last pull failed, while the image is not asked for again; undefined when it may be. */
  holds(pod: PodRow, image: string, now: number): string | undefined {
    const entry = this.#byPod.get(pod)?.get(image);
    return entry !== undefined && now - entry.failedUs < entry.backoffUs ? entry.error : undefined;
  }

  failed(pod: PodRow, image: string, now: number, error: string): void {
    let images = this.#byPod.get(pod);
    if (images === undefined) {
      images = new Map();
      this.#byPod.set(pod, images);
    }
    const before = images.get(image);
    const expired = before === undefined || now - before.failedUs > 2 * LONGEST_US;
    const backoffUs = expired ? INITIAL_US : Math.min(2 * before.backoffUs, LONGEST_US);
    images.set(image, { backoffUs, failedUs: now, error });
  }

  /** The row has another pod. */
  forget(pod: PodRow): void {
    if (this.#byPod.size > 0) this.#byPod.delete(pod);
  }
}
