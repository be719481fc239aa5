// The distributions of histograms.csv as histograms of OpenMetrics: cumulative counts by upper bounds that are the same in every run, at the end of each.
// https://github.com/prometheus/OpenMetrics/blob/main/specification/OpenMetrics.md#histogram
import { assert } from '../lib/assert.ts';
import type { ExportedTable, Part } from './exported-tables.ts';
import { escaped, type StartOf, stamp } from './open-metrics-text.ts';

const TABLE = 'histograms';

/** Of the 128 buckets to the octave of histograms.csv 8 are one: a quantile of Prometheus is within 1/16 of the value at its rank. */
const TO_THE_OCTAVE = 16;

/** What each scope is called, and what is said of it. */
const SCOPES: Readonly<Record<string, string>> = {
  requests: 'Latency of completed requests, first attempt to last byte.',
  service: 'Time that calls of a service took, by its name.',
  pod_startup: 'Time from creation to ready.',
  pod_scheduling: 'Time from creation to binding.',
};

interface Histogram {
  readonly labels: string;
  readonly at: string;
  /** Upper bounds in microseconds, ascending, and the count of each bucket alone. */
  readonly buckets: readonly (readonly [upperUs: number, count: number])[];
}

/** Lines of a family for each scope; none of results without histograms. `endOf` gives the length of a run in seconds. */
export function* openMetricsHistograms(
  tables: readonly ExportedTable[],
  scenarioOf: (run: string) => string,
  startOf: StartOf,
  endOf: (run: string) => number,
): Generator<string> {
  const parts = tables.find(({ name }) => name === TABLE)?.parts ?? [];
  const byScope = new Map<string, Histogram[]>();
  for (const part of parts) read(part, byScope, scenarioOf, startOf, endOf);
  for (const [scope, histograms] of byScope) {
    const name = `wavetank_${TABLE}_${scope}_seconds`;
    yield `# TYPE ${name} histogram\n# UNIT ${name} seconds\n# HELP ${name} ${SCOPES[scope] ?? 'Of the whole run.'}\n`;
    const bounds = boundsOf(histograms);
    for (const one of histograms) yield samples(name, one, bounds);
  }
}

function read(
  part: Part,
  into: Map<string, Histogram[]>,
  scenarioOf: (run: string) => string,
  startOf: StartOf,
  endOf: (run: string) => number,
): void {
  const table = part.read();
  const run = part.run ?? '';
  const at = stamp(startOf(run) + endOf(run));
  const [scopes, names] = [table.text('scope'), table.text('name')];
  const [upper, counts] = [table.numbers('le_seconds'), table.numbers('count')];
  const found = new Map<string, { scope: string; labels: string; buckets: [number, number][] }>();
  for (const [row, scope] of scopes.entries()) {
    const own = names[row] === '' ? '' : `,name="${escaped(names[row])}"`;
    const labels = `scenario="${escaped(scenarioOf(run))}",run="${escaped(run)}"${own}`;
    const key = `${scope} ${labels}`;
    const known = found.get(key) ?? { scope, labels, buckets: [] };
    known.buckets.push([Math.round(upper[row] * 1e6), counts[row]]);
    found.set(key, known);
  }
  for (const { scope, labels, buckets } of found.values()) {
    const histogram = { labels, at, buckets: buckets.toSorted(([a], [b]) => a - b) };
    const known = into.get(scope);
    if (known === undefined) into.set(scope, [histogram]);
    else known.push(histogram);
  }
}

/** The bounds around all values, in microseconds: 16 to the octave, each that of a bucket of histograms.csv. */
function boundsOf(histograms: readonly Histogram[]): number[] {
  const least = Math.min(...histograms.map(({ buckets }) => buckets[0][0]));
  const most = Math.max(...histograms.map(({ buckets }) => buckets[buckets.length - 1][0]));
  const bounds: number[] = [];
  for (let at = 0; bounds.length === 0 || bounds[bounds.length - 1] < most; at += 1) {
    const bound = boundUs(at);
    if (boundUs(at + 1) > least && bound !== bounds.at(-1)) bounds.push(bound);
  }
  return bounds;
}

/** The largest whole number of microseconds below the beginning of an octave's sixteenth. */
function boundUs(at: number): number {
  return Math.ceil(2 ** Math.floor(at / TO_THE_OCTAVE) * (1 + (at % TO_THE_OCTAVE) / TO_THE_OCTAVE)) - 1;
}

function samples(name: string, { labels, at, buckets }: Histogram, bounds: readonly number[]): string {
  let text = '';
  let seen = 0;
  let next = 0;
  for (const bound of bounds) {
    for (; next < buckets.length && buckets[next][0] <= bound; next += 1) seen += buckets[next][1];
    text += `${name}_bucket{${labels},le="${bound / 1e6}"} ${seen} ${at}\n`;
  }
  assert(next === buckets.length, 'a bucket is above the highest bound');
  return `${text}${name}_bucket{${labels},le="+Inf"} ${seen} ${at}\n${name}_count{${labels}} ${seen} ${at}\n`;
}
