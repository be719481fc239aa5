// What happens when a condition on figures becomes true: looked at when it may have changed, once a second, or when an interval ends.
import type { ApiServer } from '../api/server.ts';
import type { Engine } from '../engine/engine.ts';
import type { Expectation } from '../scenario/expect.ts';
import type { Traffic } from '../traffic/traffic.ts';
import { holds } from './expectations.ts';
import type { Figure } from './figures/figure.ts';
import { figureOf } from './figures/measure-figure.ts';
import type { LateFigures } from './late-figures.ts';
import type { Measure } from './measure.ts';
import { RecentRequests } from './recent-requests.ts';

type Looks = 'at changes' | 'every second' | 'by interval';

interface Awaited {
  readonly condition: Expectation;
  readonly figure: Figure;
  readonly looks: Looks;
  readonly fromUs: number;
  readonly again: boolean;
  readonly act: () => void;
  held: boolean;
}

export class Conditions {
  readonly #engine: Engine;
  readonly #figures: LateFigures;
  readonly #intervalUs: number;
  readonly #onChange: number;
  #awaited: Awaited[] = [];
  #recent: RecentRequests | undefined;
  /** A look is booked for this instant. */
  #booked = false;

  constructor(engine: Engine, figures: LateFigures, intervalUs: number) {
    this.#engine = engine;
    this.#figures = figures;
    this.#intervalUs = intervalUs;
    this.#onChange = engine.kind('conditions.change', () => {
      this.#booked = false;
      this.#look('at changes');
    });
  }

  /** `act` is called the first time that it holds from then on, or each time that it holds and did not before. */
  add(condition: Expectation, fromUs: number, again: boolean, act: () => void): void {
    const figure = figureOf(condition);
    const { aggregate } = condition;
    // What it was over the interval is another question than what it is.
    const isNow = figure.now !== undefined && (aggregate === undefined || aggregate === 'last');
    const looks = isNow ? 'at changes' : figure.anytime === true ? 'every second' : 'by interval';
    this.#awaited.push({ condition, figure, looks, fromUs, again, act, held: false });
  }

  /** Looks from now on, at what has been added; it costs nothing where that is nothing. */
  begin(api: ApiServer, traffic: Traffic, measure: Measure): void {
    if (this.#awaited.length === 0) return;
    if (this.#awaits('at changes')) {
      const changed = (): void => {
        if (this.#booked || !this.#awaits('at changes')) return;
        this.#booked = true;
        this.#engine.after(0, this.#onChange, 0, 0);
      };
      api.podCommits.push(changed);
      api.nodeCommits.push(changed);
      api.objectCommits.push(changed);
      for (const { looks, fromUs } of this.#awaited)
        if (looks === 'at changes') this.#engine.at(fromUs, this.#onChange, 0, 0);
    }
    if (this.#awaits('every second')) {
      const recent = new RecentRequests(this.#engine, api, traffic, this.#intervalUs, () => this.#look('every second'));
      measure.beforeEnds.push(() => recent.intervalEnds());
      this.#recent = recent;
    }
    measure.intervalEnds.push(() => {
      this.#look('every second');
      this.#look('by interval');
    });
  }

  #awaits(looks: Looks): boolean {
    return this.#awaited.some((one) => one.looks === looks);
  }

  #look(looks: Looks): void {
    const { now } = this.#engine;
    const due: (() => void)[] = [];
    this.#awaited = this.#awaited.filter((one) => {
      if (one.looks !== looks || now < one.fromUs) return true;
      const value = this.#measure(one);
      // Not known at this moment: as it was.
      if (value === undefined && looks === 'at changes') return true;
      const before = one.held;
      one.held = holds(one.condition, value);
      if (!one.held || before) return true;
      due.push(one.act);
      return one.again;
    });
    for (const act of due) act();
  }

  #measure({ condition, figure, looks }: Awaited): number | undefined {
    const { measured, aggregate } = condition;
    const { names, unit } = condition.figure;
    if (looks === 'by interval') {
      const value = this.#figures.read(measured, this.#intervalUs);
      return value !== undefined && unit === 'us' ? value * 1e6 : value;
    }
    const { now } = this.#engine;
    if (looks === 'at changes') return figure.now?.(names, this.#figures.sources(now));
    const recent = this.#recent;
    if (recent === undefined || recent.series.length === 0) return undefined;
    const { window } = recent;
    const span = { from: 0, to: recent.series.length, seconds: (window.toUs - window.fromUs) / 1e6 };
    return figure.measure({ span, names, window, aggregate }, { ...this.#figures.sources(now), requests: recent });
  }
}
