// The rule after a zone's last known change of its clocks, as POSIX's TZ writes it: `CET-1CEST,M3.5.0,M10.5.0/3`.
import { daysOf } from './calendar.ts';

const NAME = '(?:[A-Za-z]+|<[^>]+>)';
const TIME = '[+-]?\\d+(?::\\d+)?(?::\\d+)?';
const WHOLE = new RegExp(`^${NAME}(${TIME})(?:${NAME}(${TIME})?,([^,]+),([^,]+))?$`);

export interface Change {
  /** Seconds since 1970. */
  readonly at: number;
  /** Seconds east of UTC from there on. */
  readonly offset: number;
}

/** What the clocks show, and in each year when that changes. */
export class PosixTimeZone {
  readonly standard: number;
  readonly #summer: number;
  readonly #begins: string;
  readonly #ends: string;

  constructor(text: string) {
    const match = WHOLE.exec(text);
    if (match === null) throw new Error(`no rule of a time zone: ${text}`);
    const [, standard, summer, begins = '', ends = ''] = match;
    this.standard = -seconds(standard);
    this.#summer = summer === undefined ? this.standard + 3600 : -seconds(summer);
    this.#begins = begins;
    this.#ends = ends;
  }

  /** In order. */
  changesOf(year: number): readonly Change[] {
    if (this.#begins === '') return [];
    const begin = { at: momentOf(this.#begins, year) - this.standard, offset: this.#summer };
    const end = { at: momentOf(this.#ends, year) - this.#summer, offset: this.standard };
    return begin.at < end.at ? [begin, end] : [end, begin];
  }
}

/** Hours may be signed and above 24. */
function seconds(text: string): number {
  const [hours = 0, minutes = 0, rest = 0] = text.replace(/^[+-]/, '').split(':').map(Number);
  return (text.startsWith('-') ? -1 : 1) * (hours * 3600 + minutes * 60 + rest);
}

/** On the clocks that show the time until then. */
function momentOf(rule: string, year: number): number {
  const [day, time = '2'] = rule.split('/');
  return dayOf(day, year) * 86_400 + seconds(time);
}

/** `M3.5.0` is the last Sunday in March, `J60` the first of March in every year, `59` the sixtieth day. */
function dayOf(text: string, year: number): number {
  const first = daysOf(year, 1, 1);
  if (text.startsWith('J')) {
    const day = Number(text.slice(1));
    const leap = daysOf(year + 1, 1, 1) - first === 366;
    return first + day - 1 + (leap && day >= 60 ? 1 : 0);
  }
  if (!text.startsWith('M')) return first + Number(text);
  const [month, week, weekday] = text.slice(1).split('.').map(Number);
  const begins = daysOf(year, month, 1);
  const days = daysOf(year, month + 1, 1) - begins;
  // The first of January 1970 was a Thursday.
  const day = 1 + ((((weekday - begins - 4) % 7) + 7) % 7) + 7 * (week - 1);
  return begins + (day > days ? day - 7 : day) - 1;
}
