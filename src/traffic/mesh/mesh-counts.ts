// What is counted of the proxies of a mesh that are of one image.
import { Histogram } from '../../metrics/histogram.ts';

export class MeshCounts {
  readonly image: string;
  /** Passages by what passed: requests on their way out and in, and answers. */
  outbound = 0;
  inbound = 0;
  answers = 0;
  /** Passages that came to nothing: no proxy ran, it had no room, it ended, or a policy of its own forbade them. */
  failed = 0;
  /** By passages that ended: from their arrival at the proxy until they left it, µs. */
  #times = new Histogram();

  constructor(image: string) {
    this.image = image;
  }

  took(us: number): void {
    this.#times.record(us);
  }

  /** Those of the interval, which ends now. */
  takeTimes(): Histogram {
    const taken = this.#times;
    this.#times = new Histogram();
    return taken;
  }
}
