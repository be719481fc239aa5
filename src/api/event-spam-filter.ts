// Hot dialect: client-go's event spam filter: a burst of 25 events per source, object and type, then one each five minutes.
import { grown } from '../model/columns.ts';
import type { SubjectRow } from '../model/event-log.ts';

const BURST = 25;
const REFILL_US = 300e6;

/** Buckets of tokens of all pods, by identity, or of all objects of a kind, by row. */
class Buckets {
  tokens = new Float64Array(0);
  lastUs = new Float64Array(0);

  ensure(row: SubjectRow): void {
    const before = this.tokens.length;
    if (row < before) return;
    const capacity = Math.max(16, row + 1, 2 * before);
    this.tokens = grown(this.tokens, capacity).fill(BURST, before);
    this.lastUs = grown(this.lastUs, capacity);
  }
}

/** There may be millions of objects: rows, and no map by object. */
export class EventSpamFilter {
  /** By subject and type. */
  readonly #kinds: Buckets[] = [];

  /** Takes a token of the object's bucket; false when there is none and the event is dropped. */
  admits(subject: number, row: SubjectRow, isWarning: boolean, nowUs: number): boolean {
    const buckets = this.#ofKind(2 * subject + Number(isWarning));
    buckets.ensure(row);
    const tokens = Math.min(BURST, buckets.tokens[row] + (nowUs - buckets.lastUs[row]) / REFILL_US);
    buckets.lastUs[row] = nowUs;
    buckets.tokens[row] = tokens < 1 ? tokens : tokens - 1;
    return tokens >= 1;
  }

  #ofKind(kind: number): Buckets {
    while (this.#kinds.length <= kind) this.#kinds.push(new Buckets());
    return this.#kinds[kind];
  }
}
