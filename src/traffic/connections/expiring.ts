// Things that go a fixed time after they came, dropped when somebody looks: no events are booked for them.

export class Expiring<Thing> {
  readonly #lifeUs: number;
  readonly #drop: (thing: Thing) => void;
  #things: Thing[] = [];
  #untilUs: number[] = [];
  #first = 0;

  /** `lifeUs` is the same for all; `drop` is called with each thing whose time is over. */
  constructor(lifeUs: number, drop: (thing: Thing) => void) {
    this.#lifeUs = lifeUs;
    this.#drop = drop;
  }

  add(thing: Thing, nowUs: number): void {
    this.#things.push(thing);
    this.#untilUs.push(nowUs + this.#lifeUs);
  }

  /** What goes at this very moment is gone. */
  look(nowUs: number): void {
    while (this.#first < this.#things.length && this.#untilUs[this.#first] <= nowUs) {
      this.#drop(this.#things[this.#first]);
      this.#first += 1;
    }
    if (this.#first < 1024 || 2 * this.#first < this.#things.length) return;
    this.#things = this.#things.slice(this.#first);
    this.#untilUs = this.#untilUs.slice(this.#first);
    this.#first = 0;
  }
}
