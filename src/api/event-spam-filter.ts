// client-go's event spam filter: a burst of 25 events per source and object, then one each five minutes.
import { grown } from '../model/columns.ts';

const BURST = 25;
const REFILL_US = 300e6;

/** A bucket of tokens per object, as rows: there may be millions. */
export class EventSpamFilter {
  readonly #rows = new Map<number, number>();
  #tokens = new Float64Array(0);
  #lastUs = new Float64Array(0);

  /** Takes a token of the object's bucket; false when there is none and the event is dropped. */
  admits(subject: number, first: number, second: number, nowUs: number): boolean {
    // One number per object: subjects are few, rows and ordinals below 2^25 each.
    const key = (subject * 33_554_432 + (first + 1)) * 33_554_432 + second;
    const row = this.#rows.get(key) ?? this.#add(key, nowUs);
    const tokens = Math.min(BURST, this.#tokens[row] + (nowUs - this.#lastUs[row]) / REFILL_US);
    this.#lastUs[row] = nowUs;
    this.#tokens[row] = tokens < 1 ? tokens : tokens - 1;
    return tokens >= 1;
  }

  #add(key: number, nowUs: number): number {
    const row = this.#rows.size;
    if (row === this.#tokens.length) {
      const capacity = Math.max(64, 2 * row);
      this.#tokens = grown(this.#tokens, capacity);
      this.#lastUs = grown(this.#lastUs, capacity);
    }
    this.#tokens[row] = BURST;
    this.#lastUs[row] = nowUs;
    this.#rows.set(key, row);
    return row;
  }
}
