// Virtual time as Kubernetes objects show it, by arithmetic: the simulation never asks the machine's calendar.

/** 2026-01-01T00:00:00Z in days since 1970: virtual time 0. */
const FIRST_DAY = 20_454;
/** The same in seconds. */
export const CALENDAR_START_SECONDS = FIRST_DAY * 86_400;

/** The last answers of the functions below: many objects are written in the same second. */
let lastSeconds = Number.NaN;
let lastTimestamp = '';
let lastText = '';
let lastUs = Number.NaN;

/** Virtual microseconds as an RFC 3339 time in whole seconds, rounded down. Time 0 is the start of 2026. */
export function timestamp(us: number): string {
  const seconds = Math.floor(us / 1e6);
  if (seconds !== lastSeconds) {
    lastTimestamp = written(seconds);
    lastSeconds = seconds;
  }
  return lastTimestamp;
}

/** The same with its microseconds, as a MicroTime has them. */
export function microTimestamp(us: number): string {
  const micros = String(Math.floor(us) - Math.floor(us / 1e6) * 1e6).padStart(6, '0');
  return `${timestamp(us).slice(0, -1)}.${micros}Z`;
}

function written(seconds: number): string {
  const days = Math.floor(seconds / 86_400);
  const ofDay = seconds - days * 86_400;
  // Civil date from a day count, with years that begin in March so that the leap day comes last.
  const shifted = FIRST_DAY + days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1;
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  return `${year}-${two(month)}-${two(day)}T${two(Math.floor(ofDay / 3600))}:${two(Math.floor(ofDay / 60) % 60)}:${two(ofDay % 60)}Z`;
}

/** The virtual microseconds of an RFC 3339 time as `timestamp` writes it; NaN for any other text. */
export function timestampUs(text: string): number {
  if (text !== lastText) {
    lastUs = read(text);
    lastText = text;
  }
  return lastUs;
}

function read(text: string): number {
  const parts = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)Z$/.exec(text);
  if (parts === null) return Number.NaN;
  const [year, month, day, hour, minute, second] = parts.slice(1).map(Number);
  const fromMarch = month < 3 ? month + 9 : month - 3;
  const marchYear = month < 3 ? year - 1 : year;
  const leaps = Math.floor(marchYear / 4) - Math.floor(marchYear / 100) + Math.floor(marchYear / 400);
  const days = 365 * marchYear + leaps + Math.floor((153 * fromMarch + 2) / 5) + day - 1 - 719_468 - FIRST_DAY;
  return (days * 86_400 + hour * 3600 + minute * 60 + second) * 1e6;
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}
