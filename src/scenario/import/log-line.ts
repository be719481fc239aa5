// A line of an access log: the common and combined formats of Apache and nginx, and JSON of nginx, Caddy, Traefik and Envoy.
import { isMapping } from '../fill.ts';

export interface LoggedRequest {
  /** Since 1970. */
  readonly atS: number;
  readonly status: number | undefined;
  /** How long it took; undefined where the log does not say. */
  readonly tookS: number | undefined;
}

const COMMON =
  /^\S+ \S+ .*?\[(\d{2})\/([A-Z][a-z]{2})\/(\d{4}):(\d{2}):(\d{2}):(\d{2}) ([+-])(\d{2})(\d{2})\] "(?:[^"\\]|\\.)*" (\d{3}|-) \S+(.*)$/;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
/** nginx' `$request_time` or Apache's `%T` at the end, as a number of seconds with a point, or Apache's `%D`, whole microseconds. */
const TAIL = /(?:^|[\s=])"?(\d+\.\d+)"?$/;
const TAIL_US = /\s(\d+)$/;

/** By the keys that have it, in this order. */
const TIMES = ['time', 'timestamp', '@timestamp', 'time_iso8601', 'StartUTC', 'start_time', 'ts', 'msec'];
const STATUSES = ['status', 'status_code', 'DownstreamStatus', 'response_code', 'code'];
/** And how many of them are a second. */
const DURATIONS: readonly (readonly [key: string, perSecond: number])[] = [
  ['request_time', 1],
  ['duration', 1],
  ['latency', 1],
  ['duration_ms', 1e3],
  ['latency_ms', 1e3],
  ['Duration', 1e9],
];

/** Undefined for a line that is none. */
export function parseLogLine(text: string): LoggedRequest | undefined {
  return text.startsWith('{') ? fromJson(text) : fromCommon(text);
}

function fromCommon(text: string): LoggedRequest | undefined {
  const found = COMMON.exec(text);
  if (found === null) return undefined;
  const [, day, month, year, hour, minute, second, sign, zoneHour, zoneMinute, status, rest] = found;
  const offsetS = (sign === '-' ? -1 : 1) * (Number(zoneHour) * 3600 + Number(zoneMinute) * 60);
  const utcMs = Date.UTC(
    Number(year),
    MONTHS.indexOf(month),
    Number(day),
    Number(hour),
    Number(minute),
    Number(second),
  );
  const seconds = TAIL.exec(rest)?.[1];
  const micros = seconds === undefined ? TAIL_US.exec(rest)?.[1] : undefined;
  return {
    atS: utcMs / 1000 - offsetS,
    status: status === '-' ? undefined : Number(status),
    tookS: seconds === undefined ? (micros === undefined ? undefined : Number(micros) / 1e6) : Number(seconds),
  };
}

function fromJson(text: string): LoggedRequest | undefined {
  let row: unknown;
  try {
    row = JSON.parse(text);
  } catch {
    // A line that was cut off is no request; how many there are is said.
    return undefined;
  }
  if (!isMapping(row)) return undefined;
  const atS = TIMES.map((key) => seconds(row[key])).find((value) => value !== undefined);
  if (atS === undefined) return undefined;
  const status = STATUSES.map((key) => Number(row[key])).find((value) => value >= 100 && value < 600);
  const took = DURATIONS.find(([key]) => row[key] !== undefined && Number.isFinite(Number(row[key])));
  return { atS, status, tookS: took === undefined ? undefined : Number(row[took[0]]) / took[1] };
}

/** A date, or seconds or milliseconds since 1970. */
function seconds(value: unknown): number | undefined {
  const number =
    typeof value === 'number'
      ? value
      : typeof value === 'string' && /^\d+(\.\d+)?$/.test(value)
        ? Number(value)
        : undefined;
  if (number !== undefined) return number > 1e11 ? number / 1000 : number;
  const ms = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isFinite(ms) ? ms / 1000 : undefined;
}
