// Hot dialect: the views of one sort, each with a seat whose number is that of its deliveries, and used again when its watch has ended.
import type { Audience } from '../engine/calendar.ts';
import type { Engine } from '../engine/engine.ts';

interface View {
  arrivesAt: number;
  /** The next entry of the log to apply, of views that read one. */
  readonly cursor?: number;
  advance(): void;
}

export class ViewSeats<V extends View> {
  readonly views: V[] = [];
  readonly #engine: Engine;
  readonly #delivery: number;
  /** By seat: 1 while it is taken, and how many sat there before. */
  readonly #taken: number[] = [];
  readonly #generation: number[] = [];
  readonly #audience: (Audience | undefined)[] = [];
  #anyFree = false;

  /** `delivered` is called after each delivery. */
  constructor(engine: Engine, name: string, delivered: () => void) {
    this.#engine = engine;
    this.#delivery = engine.kind(name, (seat, generation) => {
      if (this.#generation[seat] !== generation || this.#taken[seat] === 0) return;
      const audience = this.#audience[seat];
      if (audience !== undefined && !audience.hears(this.#delivery, seat, generation)) return;
      this.views[seat].advance();
      delivered();
    });
  }

  add(view: V, audience: Audience | undefined): number {
    let seat = this.#anyFree ? this.#taken.indexOf(0) : -1;
    if (seat < 0) {
      this.#anyFree = false;
      seat = this.views.length;
      this.#generation.push(-1);
    }
    this.views[seat] = view;
    this.#taken[seat] = 1;
    this.#generation[seat] += 1;
    this.#audience[seat] = audience;
    return seat;
  }

  /** Frees the seats of an audience; gives their numbers. */
  close(audience: Audience): number[] {
    const closed: number[] = [];
    this.of(audience, (_view, seat) => {
      this.#taken[seat] = 0;
      this.#audience[seat] = undefined;
      this.#anyFree = true;
      closed.push(seat);
    });
    return closed;
  }

  /** The views of an audience. */
  of(audience: Audience, visit: (view: V, seat: number) => void): void {
    for (let seat = 0; seat < this.views.length; seat += 1) {
      if (this.#audience[seat] === audience) visit(this.views[seat], seat);
    }
  }

  /** A change is on its way to all of them, to each as late as `deliveryUs` says, and in order. */
  send(deliveryUs: () => number): void {
    for (let seat = 0; seat < this.views.length; seat += 1)
      if (this.#taken[seat] === 1) this.sendTo(seat, deliveryUs());
  }

  sendTo(seat: number, delayUs: number): void {
    const engine = this.#engine;
    const view = this.views[seat];
    view.arrivesAt = Math.max(view.arrivesAt, engine.now + delayUs);
    engine.at(view.arrivesAt, this.#delivery, seat, this.#generation[seat]);
  }

  /** The least cursor, at most `next`. */
  slowest(next: number): number {
    let behind = next;
    for (let seat = 0; seat < this.views.length; seat += 1) {
      const { cursor } = this.views[seat];
      if (cursor !== undefined && this.#taken[seat] === 1) behind = Math.min(behind, cursor);
    }
    return behind;
  }

  /** Everything that was on its way has arrived. */
  get settled(): boolean {
    const { now } = this.#engine;
    return this.views.every(({ arrivesAt }, seat) => this.#taken[seat] === 0 || arrivesAt <= now);
  }
}
