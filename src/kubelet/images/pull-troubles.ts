// What faults have done to pulls: registries that do not answer or are slow, images that are not there.
import type { NodeRow } from '../../model/rows.ts';
import type { Pull } from '../runtime.ts';

/** After so long the runtime gives up on a registry that says nothing: containerd's dialer. */
const NO_ANSWER_US = 30e6;
/** What a pull takes at most, however many troubles slow it down: no run is so long. */
const NEVER_US = 1e15;

interface Trouble {
  readonly matches: (image: string, node: NodeRow) => boolean;
  readonly error: string;
  readonly factor: number;
}

export class PullTroubles {
  readonly #troubles = new Set<Trouble>();
  /** What a node receives without trouble, per µs. */
  readonly #bytesPerUs: number;

  constructor(bytesPerUs: number) {
    this.#bytesPerUs = bytesPerUs;
  }

  add(trouble: Trouble): () => void {
    this.#troubles.add(trouble);
    return () => {
      this.#troubles.delete(trouble);
    };
  }

  /** The pull as it goes now. A slow registry answers late, by as much as its answers and layers take longer. */
  of(pull: Pull, image: string, node: NodeRow): Pull {
    if (this.#troubles.size === 0) return pull;
    let { latencyUs } = pull;
    for (const { matches, error, factor } of this.#troubles) {
      if (!matches(image, node)) continue;
      if (error !== '') {
        const answerUs = error.includes('timeout') ? NO_ANSWER_US : pull.latencyUs;
        return { ...pull, latencyUs: answerUs, error: errorOf(image, error) };
      }
      const bytes = pull.layers.reduce((sum, layer) => sum + layer.bytes, 0);
      const transferUs = this.#bytesPerUs === Infinity ? 0 : bytes / this.#bytesPerUs;
      latencyUs = Math.min(NEVER_US, Math.round(latencyUs * factor + transferUs * (factor - 1)));
    }
    return latencyUs === pull.latencyUs ? pull : { ...pull, latencyUs };
  }
}

function errorOf(image: string, error: string): string {
  const why = `failed to resolve reference "${image}": ${error}`;
  return `rpc error: code = Unknown desc = failed to pull and unpack image "${image}": ${why}`;
}
