// Hot dialect: what goes wrong with packets on their way: sides that cannot reach each other, loss, longer ways. Costs nothing while all is well.
import { Samplers } from '../engine/distributions.ts';
import type { Engine } from '../engine/engine.ts';
import type { Random } from '../engine/random.ts';
import type { LinkTrouble, Side } from '../model/ports/troubles.ts';
import type { NodeRow } from '../model/rows.ts';
import type { ClusterState } from '../model/state.ts';

/** TCP sends a lost packet again after so long, then after twice as long and so on; after so many times it gives up (`tcp_retries2`). */
const REPEAT_US = 200e3;
const MOST_REPEATS = 15;

/** A trouble with its sides by node + 1; 0 is the outside. */
interface Trouble {
  readonly given: LinkTrouble;
  readonly delay: number;
  from: Uint8Array;
  to: Uint8Array;
}

export class LinkTroubles {
  any = false;
  readonly #state: ClusterState;
  readonly #engine: Engine;
  readonly #isOutside: (zone: number) => boolean;
  readonly #samplers = new Samplers();
  readonly #troubles: Trouble[] = [];
  #random: Random | undefined;
  /** The log of nodes when the sides were worked out. */
  #workedOutAt = -1;

  constructor(engine: Engine, state: ClusterState, isOutside: (zone: number) => boolean) {
    this.#engine = engine;
    this.#state = state;
    this.#isOutside = isOutside;
  }

  disturb(given: LinkTrouble): () => void {
    const delay = given.delay === undefined ? -1 : this.#samplers.add(given.delay);
    const trouble: Trouble = { given, delay, from: new Uint8Array(0), to: new Uint8Array(0) };
    this.#troubles.push(trouble);
    this.#changed();
    return () => {
      this.#troubles.splice(this.#troubles.indexOf(trouble), 1);
      this.#changed();
    };
  }

  #changed(): void {
    this.any = this.#troubles.length > 0;
    this.#workedOutAt = -1;
  }

  /** What a packet takes longer, in fractional µs; -1 when it is lost for good. Node -1 is outside. */
  delayUs(from: number, to: number): number {
    this.#workOut();
    let sumUs = 0;
    for (const { given, delay, from: sources, to: targets } of this.#troubles) {
      if (sources[from + 1] === 0 || targets[to + 1] === 0) continue;
      if (given.loss >= 1) return -1;
      this.#random ??= this.#engine.stream('network/troubles');
      if (given.loss > 0) {
        const lostUs = this.#repeatsUs(given.loss, this.#random);
        if (lostUs < 0) return -1;
        sumUs += lostUs;
      }
      if (delay >= 0) sumUs += this.#samplers.draw(delay, this.#random);
    }
    return sumUs;
  }

  /** The mean of the same without loss; -1 where nothing comes through. */
  meanUs(from: number, to: number): number {
    this.#workOut();
    let sumUs = 0;
    for (const { given, delay, from: sources, to: targets } of this.#troubles) {
      if (sources[from + 1] === 0 || targets[to + 1] === 0) continue;
      if (given.loss >= 1) return -1;
      if (delay >= 0) sumUs += this.#samplers.mean(delay);
    }
    return sumUs;
  }

  /** How fast a message between the two is sent at most; Infinity where nothing holds it back. */
  bytesPerSecond(from: number, to: number): number {
    this.#workOut();
    let least = Infinity;
    for (const { given, from: sources, to: targets } of this.#troubles) {
      if (sources[from + 1] === 0 || targets[to + 1] === 0) continue;
      least = Math.min(least, given.bytesPerSecond ?? Infinity);
    }
    return least;
  }

  /** How long the packet and its repetitions are lost in all. */
  #repeatsUs(loss: number, random: Random): number {
    let sumUs = 0;
    let gapUs = REPEAT_US;
    for (let repeats = 0; random.uniform() < loss; repeats += 1) {
      if (repeats === MOST_REPEATS) return -1;
      sumUs += gapUs;
      gapUs *= 2;
    }
    return sumUs;
  }

  /** Nodes come and go; a side has those that it includes now. */
  #workOut(): void {
    const { nodes, nodeLog } = this.#state;
    const at = nodeLog.next + nodes.length;
    if (at === this.#workedOutAt) return;
    this.#workedOutAt = at;
    for (const trouble of this.#troubles) {
      trouble.from = this.#members(trouble.given.from);
      trouble.to = this.#members(trouble.given.to);
    }
  }

  #members({ includes, outside }: Side): Uint8Array {
    const { nodes } = this.#state;
    const members = new Uint8Array(nodes.length + 1);
    if (outside) members[0] = 1;
    for (let node = 0 as NodeRow; node < nodes.length; node = (node + 1) as NodeRow) {
      const isIn = this.#isOutside(nodes.zone[node]) ? outside : includes(node);
      if (isIn) members[node + 1] = 1;
    }
    return members;
  }
}
