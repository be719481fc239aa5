// Time zones of the IANA database, as Go finds them: their names, with capitals, and how far their clocks are from UTC, since 2000.
import { dayOf } from './calendar.ts';
import { type Change, PosixTimeZone } from './posix-time-zone.ts';
import { TIME_ZONE_RULES } from './time-zone-rules.generated.ts';

const COMPONENT = /^[A-Za-z.\-_0-9+]{1,14}$/;
/** 2000-01-01T00:00:00Z. */
const FROM = 946_684_800;

/** Whether the parts of a name are such as the database's file names can be. */
export function isTimeZoneName(name: string): boolean {
  return name
    .split('/')
    .every((part) => part !== '.' && part !== '..' && !part.startsWith('-') && COMPONENT.test(part));
}

const rulesByName = new Map(TIME_ZONE_RULES.flatMap(([names, rules]) => names.split(' ').map((name) => [name, rules])));

export function isTimeZone(name: string): boolean {
  return rulesByName.has(name);
}

/** What clocks show for a while. Seconds since 1970, and east of UTC. */
export interface ClockPeriod {
  readonly from: number;
  readonly to: number;
  readonly offset: number;
}

export class TimeZone {
  readonly #first: number;
  readonly #changes: readonly Change[];
  readonly #rule: PosixTimeZone | undefined;
  /** The period that was asked for last: mostly it is the next one too. */
  #last: ClockPeriod = { from: 0, to: 0, offset: 0 };

  private constructor(rules: string) {
    const [first = '0', changes = '', rule = ''] = rules.split(';');
    this.#first = Number(first) * 60;
    this.#changes = changes === '' ? [] : changes.split(',').map(readChange);
    this.#rule = rule === '' ? undefined : new PosixTimeZone(rule);
  }

  static readonly utc = new TimeZone('0;;');
  static readonly #known = new Map<string, TimeZone>();

  /** Undefined for a name that the database has not. `UTC` and the empty name are UTC, and so is `Local`, for control planes run on it. */
  static find(name: string): TimeZone | undefined {
    if (name === '' || name === 'UTC' || name === 'Local') return TimeZone.utc;
    const known = TimeZone.#known.get(name);
    const rules = rulesByName.get(name);
    if (known !== undefined || rules === undefined) return known;
    const made = new TimeZone(rules);
    TimeZone.#known.set(name, made);
    return made;
  }

  at(seconds: number): ClockPeriod {
    if (seconds < this.#last.from || seconds >= this.#last.to) this.#last = this.#find(seconds);
    return this.#last;
  }

  #find(seconds: number): ClockPeriod {
    const ends = this.#changes.at(-1)?.at ?? -Infinity;
    if (seconds >= ends && this.#rule !== undefined) return this.#byRule(seconds, ends);
    const next = this.#changes.findIndex(({ at }) => at > seconds);
    const before = next < 0 ? this.#changes.length - 1 : next - 1;
    return {
      from: this.#changes[before]?.at ?? -Infinity,
      to: this.#changes[next]?.at ?? Infinity,
      offset: this.#changes[before]?.offset ?? this.#first,
    };
  }

  #byRule(seconds: number, ends: number): ClockPeriod {
    const rule = this.#rule;
    const { year } = dayOf(Math.floor(seconds / 86_400));
    const changes = [year - 1, year, year + 1].flatMap((one) => rule?.changesOf(one) ?? []);
    const next = changes.findIndex(({ at }) => at > seconds);
    const before = changes[(next < 0 ? changes.length : next) - 1];
    return {
      from: Math.max(before?.at ?? -Infinity, ends),
      to: changes[next]?.at ?? Infinity,
      offset: before?.offset ?? rule?.standard ?? 0,
    };
  }
}

function readChange(text: string): Change {
  const [at = '0', offset = '0'] = text.split(' ');
  return { at: FROM + Number.parseInt(at, 36) * 60, offset: Number(offset) * 60 };
}
