// client-go's event spam filter: a burst of 25 events per source and object, then one each five minutes.

const BURST = 25;
const REFILL_US = 300e6;

interface Bucket {
  tokens: number;
  lastUs: number;
}

export class EventSpamFilter {
  readonly #buckets = new Map<number, Bucket>();

  /** Takes a token of the object's bucket; false when there is none and the event is dropped. */
  admits(subject: number, first: number, second: number, nowUs: number): boolean {
    // One number per object: subjects are few, rows and ordinals below 2^25 each.
    const key = (subject * 33_554_432 + (first + 1)) * 33_554_432 + second;
    let bucket = this.#buckets.get(key);
    if (bucket === undefined) {
      bucket = { tokens: BURST, lastUs: nowUs };
      this.#buckets.set(key, bucket);
    }
    bucket.tokens = Math.min(BURST, bucket.tokens + (nowUs - bucket.lastUs) / REFILL_US);
    bucket.lastUs = nowUs;
    if (bucket.tokens < 1) return false;
    bucket.tokens -= 1;
    return true;
  }
}
