// Schedules of CronJobs: five fields, or a name such as `@hourly`, as robfig/cron's standard parser reads them, with its words for what is wrong.
import { tryParseGoDuration } from './go-duration.ts';
import { parseGoInt64 } from './go-int.ts';
import { isTimeZone } from './time-zone.ts';

/** The minutes, hours … at which it is due. A day is due by both kinds of days where one of them is any day, else by either. */
export interface CronFields {
  readonly minutes: ReadonlySet<number>;
  readonly hours: ReadonlySet<number>;
  readonly daysOfMonth: ReadonlySet<number>;
  readonly months: ReadonlySet<number>;
  /** 0 is Sunday. */
  readonly daysOfWeek: ReadonlySet<number>;
  readonly anyDayOfMonth: boolean;
  readonly anyDayOfWeek: boolean;
}

export type CronSchedule = { readonly timeZone?: string } & (CronFields | { readonly everySeconds: number });

interface Bounds {
  readonly least: number;
  readonly most: number;
  readonly names: readonly string[];
}

const MINUTES: Bounds = { least: 0, most: 59, names: [] };
const HOURS: Bounds = { least: 0, most: 23, names: [] };
const DAYS_OF_MONTH: Bounds = { least: 1, most: 31, names: [] };
const MONTHS: Bounds = {
  least: 1,
  most: 12,
  names: ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'],
};
const DAYS_OF_WEEK: Bounds = { least: 0, most: 6, names: ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] };

const NAMED: Readonly<Record<string, string>> = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
};
const EVERY = '@every ';
const NANOSECONDS = 1_000_000_000n;

class Unreadable extends Error {}

/** The schedule, or what is wrong with it. */
export function tryParseCronSchedule(text: string): { readonly schedule: CronSchedule } | { readonly error: string } {
  try {
    return { schedule: parse(text) };
  } catch (error) {
    if (error instanceof Unreadable) return { error: error.message };
    throw error;
  }
}

function parse(text: string): CronSchedule {
  if (text === '') throw new Unreadable('empty spec string');
  const zoned = /^(?:CRON_)?TZ=([^ ]*)(.*)$/s.exec(text);
  if (zoned === null) return parseTimes(text);
  const [, timeZone = '', rest = ''] = zoned;
  if (timeZone !== '' && timeZone !== 'Local' && !isTimeZone(timeZone)) {
    throw new Unreadable(`provided bad location ${timeZone}: unknown time zone ${timeZone}`);
  }
  return { ...parseTimes(rest.trim()), timeZone };
}

function parseTimes(text: string): CronSchedule {
  if (text.startsWith('@')) {
    const named = NAMED[text];
    if (named !== undefined) return parseFields(named.split(' '));
    if (text.startsWith(EVERY)) return { everySeconds: parseEvery(text) };
    throw new Unreadable(`unrecognized descriptor: ${text}`);
  }
  return parseFields(text.split(/\s+/).filter((field) => field !== ''));
}

function parseEvery(text: string): number {
  const duration = tryParseGoDuration(text.slice(EVERY.length));
  if ('error' in duration) throw new Unreadable(`failed to parse duration ${text}: ${duration.error}`);
  return Math.max(1, Number(duration.nanoseconds / NANOSECONDS));
}

function parseFields(fields: readonly string[]): CronFields {
  if (fields.length !== 5) {
    throw new Unreadable(`expected exactly 5 fields, found ${fields.length}: [${fields.join(' ')}]`);
  }
  const [minutes, hours, daysOfMonth, months, daysOfWeek] = [MINUTES, HOURS, DAYS_OF_MONTH, MONTHS, DAYS_OF_WEEK].map(
    (bounds, index) => parseField(fields[index], bounds),
  ) as [Field, Field, Field, Field, Field];
  return {
    minutes: minutes.values,
    hours: hours.values,
    daysOfMonth: daysOfMonth.values,
    months: months.values,
    daysOfWeek: daysOfWeek.values,
    anyDayOfMonth: daysOfMonth.isAny,
    anyDayOfWeek: daysOfWeek.isAny,
  };
}

interface Field {
  readonly values: Set<number>;
  /** A star in it stands for every value. */
  isAny: boolean;
}

function parseField(text: string, bounds: Bounds): Field {
  const field: Field = { values: new Set(), isAny: false };
  for (const range of text.split(',').filter((one) => one !== '')) addRange(field, range, bounds);
  return field;
}

function addRange(field: Field, text: string, { least, most, names }: Bounds): void {
  const [range = '', stepText, ...moreSteps] = text.split('/');
  const [from = '', to, ...moreEnds] = range.split('-');
  const isStar = from === '*' || from === '?';
  let first = least;
  let last = most;
  if (!isStar) {
    first = parseNumber(from, names);
    if (moreEnds.length > 0) throw new Unreadable(`too many hyphens: ${text}`);
    last = to === undefined ? first : parseNumber(to, names);
  }
  let step = 1;
  if (stepText !== undefined) {
    if (moreSteps.length > 0) throw new Unreadable(`too many slashes: ${text}`);
    step = parseNumber(stepText, []);
    if (to === undefined) last = most;
  }
  if (first < least) throw new Unreadable(`beginning of range (${first}) below minimum (${least}): ${text}`);
  if (last > most) throw new Unreadable(`end of range (${last}) above maximum (${most}): ${text}`);
  if (first > last) throw new Unreadable(`beginning of range (${first}) beyond end of range (${last}): ${text}`);
  if (step === 0) throw new Unreadable(`step of range should be a positive number: ${text}`);
  for (let value = first; value <= last; value += step) field.values.add(value);
  if (isStar && step === 1) field.isAny = true;
}

/** `names` are those of the first values of a field; days of the week begin with 0. */
function parseNumber(text: string, names: readonly string[]): number {
  const named = names.indexOf(text.toLowerCase());
  if (named >= 0) return names.length === 12 ? named + 1 : named;
  const number = parseGoInt64(text);
  if (number === undefined) {
    const why = /^[+-]?\d+$/.test(text) ? 'value out of range' : 'invalid syntax';
    throw new Unreadable(`failed to parse int from ${text}: strconv.Atoi: parsing ${JSON.stringify(text)}: ${why}`);
  }
  if (number < 0n) throw new Unreadable(`negative number (${number}) not allowed: ${text}`);
  return Number(number);
}
