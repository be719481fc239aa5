// When a schedule is due next: the search of robfig/cron, with what it does where clocks are put forward or back.
import { type Day, dayOf, daysOf } from './calendar.ts';
import type { CronFields, CronSchedule } from './cron-schedule.ts';
import { TimeZone } from './time-zone.ts';

/** A search ends after so many years. */
const YEARS = 5;

/** The first time after `after` (both seconds since 1970, fractions allowed) at which it is due; undefined for none within five years. */
export function nextTime(schedule: CronSchedule, after: number): number | undefined {
  if ('everySeconds' in schedule) return Math.floor(after) + schedule.everySeconds;
  const zone = TimeZone.find(schedule.timeZone ?? '') ?? TimeZone.utc;
  return new Search(schedule, zone, Math.floor(after) + 1).run();
}

/** A time on the clocks of a zone. */
interface Clock {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
}

class Search {
  readonly #fields: CronFields;
  readonly #zone: TimeZone;
  #at: number;
  /** A part has been moved on: the smaller ones start over. */
  #moved = false;
  /** The day that was shown last, in days since 1970 and as a date. */
  #days = 0;
  #today: Day = dayOf(0);

  constructor(fields: CronFields, zone: TimeZone, at: number) {
    this.#fields = fields;
    this.#zone = zone;
    this.#at = at;
  }

  run(): number | undefined {
    const limit = this.#clock().year + YEARS;
    while (this.#clock().year <= limit) {
      if (this.#month() && this.#day() && this.#hour() && this.#minute() && this.#second()) return this.#at;
    }
    return undefined;
  }

  // Each goes on to the first that is due; false when the next larger part has moved on with it.

  #month(): boolean {
    for (let clock = this.#clock(); !this.#fields.months.has(clock.month); clock = this.#clock()) {
      if (this.#begin()) this.#at = this.#date(clock.year, clock.month, 1, 0, 0, 0);
      const { year, month, day, hour, minute } = this.#clock();
      this.#at = this.#date(year, month + 1, day, hour, minute, this.#seconds());
      if (this.#clock().month === 1) return false;
    }
    return true;
  }

  #day(): boolean {
    for (let clock = this.#clock(); !this.#isDue(clock); clock = this.#clock()) {
      if (this.#begin()) this.#at = this.#date(clock.year, clock.month, clock.day, 0, 0, 0);
      const { year, month, day, hour, minute } = this.#clock();
      this.#at = this.#date(year, month, day + 1, hour, minute, this.#seconds());
      // Where there is no midnight.
      const shown = this.#clock().hour;
      if (shown !== 0) this.#at += (shown > 12 ? 24 - shown : -shown) * 3600;
      if (this.#clock().day === 1) return false;
    }
    return true;
  }

  #hour(): boolean {
    for (let clock = this.#clock(); !this.#fields.hours.has(clock.hour); clock = this.#clock()) {
      if (this.#begin()) this.#at = this.#date(clock.year, clock.month, clock.day, clock.hour, 0, 0);
      this.#at += 3600 * this.#steps(clock.hour, 24, this.#fields.hours, 3600);
      if (this.#clock().hour === 0) return false;
    }
    return true;
  }

  #minute(): boolean {
    for (let clock = this.#clock(); !this.#fields.minutes.has(clock.minute); clock = this.#clock()) {
      if (this.#begin()) this.#at -= ((this.#at % 60) + 60) % 60;
      this.#at += 60 * this.#steps(clock.minute, 60, this.#fields.minutes, 60);
      if (this.#clock().minute === 0) return false;
    }
    return true;
  }

  /** How far to the next value that is due, or to 0; one step at a time where the clocks are changed meanwhile. */
  #steps(from: number, end: number, due: ReadonlySet<number>, seconds: number): number {
    if (this.#zone.at(this.#at).to <= this.#at + end * seconds) return 1;
    let next = from + 1;
    while (next < end && !due.has(next)) next += 1;
    return next - from;
  }

  /** Due in the first second of its minute. */
  #second(): boolean {
    const second = this.#seconds();
    if (second === 0) return true;
    this.#moved = true;
    this.#at += 60 - second;
    return false;
  }

  /** True for the first part that moves. */
  #begin(): boolean {
    const first = !this.#moved;
    this.#moved = true;
    return first;
  }

  #isDue({ year, month, day }: Clock): boolean {
    const { daysOfMonth, daysOfWeek, anyDayOfMonth, anyDayOfWeek } = this.#fields;
    const weekday = (((daysOf(year, month, day) + 4) % 7) + 7) % 7;
    const byMonth = daysOfMonth.has(day);
    const byWeek = daysOfWeek.has(weekday);
    return anyDayOfMonth || anyDayOfWeek ? byMonth && byWeek : byMonth || byWeek;
  }

  #seconds(): number {
    const shown = this.#at + this.#zone.at(this.#at).offset;
    return ((shown % 60) + 60) % 60;
  }

  #clock(): Clock {
    const shown = this.#at + this.#zone.at(this.#at).offset;
    const days = Math.floor(shown / 86_400);
    if (days !== this.#days) {
      this.#days = days;
      this.#today = dayOf(days);
    }
    const { year, month, day } = this.#today;
    const rest = shown - days * 86_400;
    const hour = Math.floor(rest / 3600);
    return { year, month, day, hour, minute: Math.floor(rest / 60) - hour * 60 };
  }

  /** The time at which clocks show that; where they never do or do so twice, what Go's time.Date takes. */
  #date(year: number, month: number, day: number, hour: number, minute: number, second: number): number {
    const shown = daysOf(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second;
    const { from, to, offset } = this.#zone.at(shown);
    if (offset === 0) return shown;
    const found = shown - offset;
    return found >= from && found < to ? found : shown - this.#zone.at(found).offset;
  }
}
