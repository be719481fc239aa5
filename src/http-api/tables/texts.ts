// Texts that several printers share: durations, labels, containers, lists that are too long.
import { CALENDAR_START_SECONDS } from '../../lib/timestamp.ts';
import { compileLabelSelector } from '../../model/parse/label-selector.ts';

type Labels = Readonly<Record<string, string>>;

export const NONE = '<none>';
export const UNSET = '<unset>';

/** Whole seconds as people say them: `62s`, `3m5s`, `7h`, `2d3h` (apimachinery's duration.HumanDuration). */
export function humanDuration(seconds: number): string {
  const whole = Math.trunc(seconds);
  if (whole < -1) return '<invalid>';
  if (whole < 0) return '0s';
  if (whole < 120) return `${whole}s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 10) return withRest(minutes, 'm', whole % 60, 's');
  if (minutes < 180) return `${minutes}m`;
  const hours = Math.floor(minutes / 60);
  if (hours < 8) return withRest(hours, 'h', minutes % 60, 'm');
  if (hours < 48) return `${hours}h`;
  const days = Math.floor(hours / 24);
  if (hours < 24 * 8) return withRest(days, 'd', hours % 24, 'h');
  if (hours < 24 * 365 * 2) return `${days}d`;
  const years = Math.floor(days / 365);
  return hours < 24 * 365 * 8 ? withRest(years, 'y', days % 365, 'd') : `${years}y`;
}

function withRest(count: number, unit: string, rest: number, smaller: string): string {
  return rest === 0 ? `${count}${unit}` : `${count}${unit}${rest}${smaller}`;
}

/** How long ago a time of an object was. */
export function since(time: string | undefined, nowUs: number): string {
  return time === undefined ? '<unknown>' : humanDuration(secondsSince(time, nowUs));
}

export function secondsSince(time: string, nowUs: number): number {
  return CALENDAR_START_SECONDS + nowUs / 1e6 - secondsOf(time);
}

export function secondsOf(time: string): number {
  return Date.parse(time) / 1000;
}

/** `app=web,tier=front`, sorted. */
export function formatLabels(labels: Labels | undefined): string {
  const pairs = Object.entries(labels ?? {}).map(([key, value]) => `${key}=${value}`);
  return pairs.length === 0 ? NONE : pairs.sort().join(',');
}

export function formatSelector(selector: object | undefined): string {
  const text = selector === undefined ? '' : compileLabelSelector(selector).canonical();
  return text === '' ? NONE : text;
}

interface NamedImage {
  readonly name: string;
  readonly image?: string;
}

/** Names and images of containers. */
export function containerCells(containers: readonly NamedImage[] | undefined): [names: string, images: string] {
  const all = containers ?? [];
  return [all.map(({ name }) => name).join(','), all.map(({ image }) => image ?? '').join(',')];
}

/** The first ones, and how many more there are. */
export function shortened(texts: readonly string[], most: number, empty: string, separator = ','): string {
  if (texts.length === 0) return empty;
  const shown = texts.slice(0, most).join(separator);
  return texts.length > most ? `${shown} + ${texts.length - most} more...` : shown;
}
