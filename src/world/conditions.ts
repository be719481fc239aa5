// What happens when a condition on figures holds, looked at at the end of each interval.
import type { FigureValues } from '../model/ports/monitoring.ts';
import type { Expectation } from '../scenario/expect.ts';
import { holds } from './expectations.ts';

interface Awaited {
  readonly condition: Expectation;
  readonly fromUs: number;
  readonly again: boolean;
  readonly act: () => void;
  held: boolean;
}

export class Conditions {
  readonly #figures: FigureValues;
  readonly #intervalUs: number;
  #awaited: Awaited[] = [];

  constructor(figures: FigureValues, intervalUs: number) {
    this.#figures = figures;
    this.#intervalUs = intervalUs;
  }

  get any(): boolean {
    return this.#awaited.length > 0;
  }

  /** `act` is called the first time that it holds from then on, or each time that it holds and did not before. */
  add(condition: Expectation, fromUs: number, again: boolean, act: () => void): void {
    this.#awaited.push({ condition, fromUs, again, act, held: false });
  }

  /** An interval has ended. */
  look(nowUs: number): void {
    const due: (() => void)[] = [];
    this.#awaited = this.#awaited.filter((one) => {
      if (nowUs < one.fromUs) return true;
      const before = one.held;
      one.held = holds(one.condition, this.#measure(one.condition));
      if (!one.held || before) return true;
      due.push(one.act);
      return one.again;
    });
    for (const act of due) act();
  }

  #measure({ measured, figure }: Expectation): number | undefined {
    const value = this.#figures.read(measured, this.#intervalUs);
    return value !== undefined && figure.unit === 'us' ? value * 1e6 : value;
  }
}
