// What users and the cluster felt of something that happened, in sentences. They say what was so in that time, not why.
import { counted } from '../../lib/plural.ts';
import { formatClock, formatCount, formatRatio, formatSeconds } from '../format.ts';
import type { Gauge, Readings, Stretch } from './readings.ts';

/** A sentence, and the charts in which it can be seen. */
export interface Statement {
  readonly text: string;
  readonly charts: readonly string[];
}

/** The time to speak of. */
export interface Felt {
  readonly before: Stretch;
  readonly during: Stretch;
  /** Until when a recovery is looked for: the next fault, or the end of the run. */
  readonly until: number;
  /** `during` ends before the thing itself does, or it took no time: sentences name its end. */
  readonly cut: boolean;
}

/** More than this many times as before is worth a sentence. */
const WORSE = 1.5;
/** A share of failed requests that is as good as none. */
const HARDLY_ANY = 0.001;
/** How long after its beginning a fault that is over already may still show in the gauges: nodes are missed after their grace period. */
const NOTICED_AFTER = 60;

export class Effects {
  readonly #readings: Readings;
  readonly #duration: number;

  constructor(readings: Readings, duration: number) {
    this.#readings = readings;
    this.#duration = duration;
  }

  requests({ before, during, until, cut }: Felt): Statement[] {
    const now = this.#readings.requests(during);
    if (now.ended === 0) return [];
    const charts = ['requests'];
    const when = cut ? `until ${this.#clock(during.to)}` : 'in that time';
    if (now.failed === 0)
      return [{ text: `All ${counted(now.ended, 'request')} that ended ${when} succeeded.`, charts }];
    const usual = this.#readings.requests(before).ratio;
    const share = `${formatCount(now.failed)} of ${counted(now.ended, 'request')} failed ${when} (${formatRatio(now.ratio)}`;
    const compared = Number.isNaN(usual)
      ? ''
      : `; ${formatRatio(usual)} in the ${formatSeconds(before.to - before.from)} before`;
    const worst = this.#readings.worstInterval(during);
    const limit = Math.max(HARDLY_ANY, (Number.isNaN(usual) ? 0 : usual) * WORSE);
    if (worst === undefined || worst.value <= limit) return [{ text: `${share}${compared}).`, charts }];
    const at = `at worst ${formatRatio(worst.value)} in the interval to ${this.#clock(worst.time)}`;
    return [
      { text: `${share}${compared}), ${at}.`, charts },
      { text: this.#recovery(limit, { from: worst.time, to: until }, during.from), charts },
    ];
  }

  latency({ before, during }: Felt): Statement[] {
    const usual = this.#readings.usualP99(before);
    const highest = this.#readings.highestP99(during);
    if (highest === undefined || !(highest.value > usual * WORSE)) return [];
    const from = formatSeconds(usual);
    const text = `The p99 of an interval rose from ${from} to ${formatSeconds(highest.value)} (to ${this.#clock(highest.time)}).`;
    return [{ text, charts: ['latency'] }];
  }

  /** How far a gauge fell, and when it was back. */
  fall(gauge: Gauge, what: string, chart: string, { before: earlier, during, until }: Felt): Statement[] {
    const before = this.#readings.usual(gauge, earlier);
    const noticed = { from: during.from, to: Math.min(until, Math.max(during.to, during.from + NOTICED_AFTER)) };
    const lowest = this.#readings.lowest(gauge, noticed);
    if (before === undefined || lowest === undefined || lowest.value >= before) return [];
    const back = this.#readings.reaches(gauge, before, { from: lowest.time, to: until });
    const fell = `${what} fell from ${formatCount(before)} to ${formatCount(lowest.value)} (${this.#clock(lowest.time)})`;
    const then =
      back === undefined
        ? `and were ${formatCount(this.#readings.last(gauge, until) ?? lowest.value)} at ${this.#clock(until)}`
        : `and were ${formatCount(before)} again at ${this.#clock(back)}`;
    return [{ text: `${fell} ${then}.`, charts: [chart] }];
  }

  evictions({ during, until }: Felt): Statement[] {
    const pods = this.#readings.evictions({ from: during.from, to: until });
    if (pods === 0) return [];
    return [{ text: `The taints of nodes evicted ${counted(pods, 'pod')}.`, charts: ['pods'] }];
  }

  #recovery(limit: number, rest: Stretch, began: number): string {
    const since = this.#readings.failsNoMoreThan(limit, rest);
    const share = formatRatio(limit);
    if (since === undefined) return `More than ${share} of an interval still failed at ${this.#clock(rest.to)}.`;
    return `From ${this.#clock(since)} on, ${formatSeconds(since - began)} after it began, at most ${share} of an interval failed.`;
  }

  #clock(seconds: number): string {
    return formatClock(seconds, this.#duration);
  }
}
