// Hot dialect: the far future of the event list, filed in pages of some hundred events each, so that what is worked on fits a cache.

const NONE = -1;
/** Events per page that the width of pages aims at (up to twice as many), near the mean of the events. */
const PER_PAGE = 512;
/** Pages at most. */
const PAGES = 8192;
/** A page is a list of chunks of this many events. */
const CHUNK_BITS = 5;
const CHUNK = 1 << CHUNK_BITS;

/**
 * Lists of (time, slot) for consecutive stretches of time of one width, each in the order in which it was filed. Filing writes at the end of
 * a list and reads nothing of the events, so a million of them cost no more than a thousand. Pages are turned from early to late; what is
 * filed later must belong to a page that has not been turned to.
 */
export class Pages {
  /** Events in pages. */
  size = 0;
  /** Times from `floor` to before `end` belong to pages; `end` is minus infinity while nothing is in them. */
  end = 0.5;
  floor = 0.5;
  #start = 0.5;
  #scale = 0.5;
  #length = 0;
  #page = 0;
  /** By page: its events, and its first and last chunk. */
  readonly #counts = new Int32Array(PAGES);
  readonly #heads = new Int32Array(PAGES);
  readonly #lasts = new Int32Array(PAGES);
  #times = new Float64Array(CHUNK * 64);
  #slots = new Int32Array(CHUNK * 64);
  /** By chunk: the next one of its page, or of the free ones. */
  #next = new Int32Array(64);
  #used = 0;
  #free = NONE;

  constructor() {
    this.end = Number.NEGATIVE_INFINITY;
  }

  /** Begins new pages for `count` events with times of low … high and the mean given. There must be no events in pages. */
  begin(count: number, low: number, high: number, mean: number): void {
    let width = 1;
    while (width * count < PER_PAGE * (mean - low)) width *= 2;
    this.#length = Math.min(Math.floor((high - low) / width) + 1, PAGES);
    this.#start = low;
    this.#scale = 1 / width;
    this.#page = 0;
    this.floor = low;
    this.#counts.fill(0, 0, this.#length);
    this.end = low + this.#length * width;
  }

  /** Files an event whose time is before `end`. */
  add(timeUs: number, slot: number): void {
    const page = ((timeUs - this.#start) * this.#scale) | 0;
    const count = this.#counts[page];
    const chunk = (count & (CHUNK - 1)) === 0 ? this.#extend(page, count) : this.#lasts[page];
    const at = (chunk << CHUNK_BITS) | (count & (CHUNK - 1));
    this.#times[at] = timeUs;
    this.#slots[at] = slot;
    this.#counts[page] = count + 1;
    this.size++;
  }

  /** Turns to the next page with events, of which there must be one; gives their number. What is filed from now on is `floor` or later. */
  turn(): number {
    while (this.#counts[this.#page] === 0) this.#page++;
    const count = this.#counts[this.#page++];
    this.floor = this.#start + this.#page / this.#scale;
    return count;
  }

  /** Moves the events of the page turned to to the beginning of two columns, in the order in which they were filed. */
  move(times: Float64Array, slots: Int32Array): void {
    const page = this.#page - 1;
    const count = this.#counts[page];
    let chunk = this.#heads[page];
    for (let to = 0; to < count; ) {
      const end = Math.min(count, to + CHUNK);
      for (let at = chunk << CHUNK_BITS; to < end; at++) {
        times[to] = this.#times[at];
        slots[to++] = this.#slots[at];
      }
      const next = this.#next[chunk];
      this.#next[chunk] = this.#free;
      this.#free = chunk;
      chunk = next;
    }
    this.#counts[page] = 0;
    this.size -= count;
    if (this.size === 0) this.end = Number.NEGATIVE_INFINITY;
  }

  /** Adds a chunk to a page whose chunks are full. */
  #extend(page: number, count: number): number {
    let chunk = this.#free;
    if (chunk === NONE) {
      chunk = this.#used++;
      if (chunk === this.#next.length) this.#grow();
    } else {
      this.#free = this.#next[chunk];
    }
    if (count === 0) this.#heads[page] = chunk;
    else this.#next[this.#lasts[page]] = chunk;
    this.#lasts[page] = chunk;
    return chunk;
  }

  #grow(): void {
    const times = new Float64Array(2 * this.#times.length);
    times.set(this.#times);
    this.#times = times;
    const slots = new Int32Array(2 * this.#slots.length);
    slots.set(this.#slots);
    this.#slots = slots;
    const next = new Int32Array(2 * this.#next.length);
    next.set(this.#next);
    this.#next = next;
  }
}
