// What is known to happen, and whom it will touch: they are simulated in time.
import type { NodeRow } from '../../model/rows.ts';
import type { Group, Components } from './components.ts';

export interface Herald {
  readonly timeUs: number;
  /** To which nodes alone, if it happened now; undefined where it may touch anybody. */
  readonly strikes: (() => readonly NodeRow[]) | undefined;
}

export class Heralds {
  readonly #components: Components;
  readonly #all: Herald[] = [];
  readonly #pending = new Set<Herald>();

  constructor(components: Components) {
    this.#components = components;
  }

  /** Gives its number. */
  add(timeUs: number, strikes: Herald['strikes']): number {
    const herald = { timeUs, strikes };
    this.#pending.add(herald);
    return this.#all.push(herald) - 1;
  }

  get(number: number): Herald {
    return this.#all[number];
  }

  /** Whether it may strike that group. Of two that are to come the first may change what the second one strikes. */
  mayStrike(group: Group, herald: Herald, nowUs: number): boolean {
    const { timeUs, strikes } = herald;
    if (strikes === undefined) return true;
    for (const other of this.#pending) {
      if (other.timeUs < nowUs) this.#pending.delete(other);
      else if (other !== herald && other.timeUs <= timeUs) return true;
    }
    const nodes = strikes();
    return group.services.some((service) =>
      this.#components.members(service).serving.some(({ node }) => nodes.includes(node)),
    );
  }
}
