// The published runs of six GPU schedulers on the trace openb (Weng et al., USENIX ATC 2023) against ours, column by column.
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import {
  type Curves,
  POLICIES,
  type Published,
  readTrace,
  runTrace,
  type Trace,
  traceNames,
} from '../support/openb.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
/** Percentage points by which a figure may differ that was rounded to hundredths. */
const TOLERANCE = 0.01 + 1e-9;
/** Of the mean of Random from that of the published seeds, for each column; of fewer seeds four standard errors, if that is more. */
const RANDOM_TOLERANCE = 0.45;
const STANDARD_ERRORS = 4;

/** The folder: WAVETANK_DATA (relative to the repository), else the shared data beside it. */
const data = resolve(ROOT, process.env.WAVETANK_DATA || '../shared/data');
const folder = join(data, 'openb');
const names = traceNames(folder);
/** `npm run validate:openb` compares all runs; here one seed of each policy and trace is, and three of Random. */
const all = process.env.WAVETANK_OPENB === 'all';

if (names.length === 0) {
  const what = existsSync(folder) ? 'has no trace' : 'is not there';
  process.stdout.write(`openb: skipped, the folder openb of WAVETANK_DATA (else ../shared/data) ${what}\n`);
}

test.skipIf(names.length === 0)('openb: each trace has published runs', () => {
  for (const name of names) expect(readTrace(folder, name).published, name).not.toEqual([]);
});

/** The largest difference of two runs in any column of allocation and fragmentation. */
function distance(ours: Curves, theirs: Curves): number {
  let worst = 0;
  for (const kind of ['allocation', 'fragmentation'] as const) {
    if (theirs[kind].length !== 131) return Number.NaN;
    for (const [column, value] of theirs[kind].entries()) {
      const own = kind === 'allocation' ? Math.round(ours[kind][column] * 100) / 100 : ours[kind][column];
      const apart = Math.abs(own - value);
      if (!(apart <= worst)) worst = apart;
    }
  }
  return worst;
}

function meanOf(runs: readonly Curves[]): number[] {
  return (runs[0]?.allocation ?? []).map((_, column) => {
    let sum = 0;
    for (const { allocation } of runs) sum += allocation[column];
    return sum / runs.length;
  });
}

/** Standard error of the difference of two means, of `count` runs and of all published ones, by column. */
function standardErrors(runs: readonly Curves[], count: number): number[] {
  const mean = meanOf(runs);
  return mean.map((middle, column) => {
    let squares = 0;
    for (const { allocation } of runs) squares += (allocation[column] - middle) ** 2;
    return Math.sqrt((squares / (runs.length - 1)) * (1 / count + 1 / runs.length));
  });
}

function published(trace: Trace, policy: string): Published[] {
  return trace.published.filter((run) => run.policy === policy);
}

/** All runs of a policy, or some: other seeds for each trace and policy. */
function chosen(runs: readonly Published[], first: number, count: number): readonly Published[] {
  if (all) return runs;
  return Array.from({ length: count }, (_, index) => runs[(first + index) % runs.length]);
}

describe.each(names)('openb %s', (name) => {
  const trace = readTrace(folder, name);
  const place = names.indexOf(name);

  test('every deterministic run agrees within 0.01 percentage points on every column', { timeout: 600_000 }, () => {
    const differences: string[] = [];
    let compared = 0;
    let slowest = 0;
    for (const [number, [policy, plugin]] of Object.entries(POLICIES).entries()) {
      if (plugin === 'Random') continue;
      for (const run of chosen(published(trace, policy), 5 * place + number, 1)) {
        const began = process.cpuUsage().user;
        const apart = distance(runTrace(trace, run.seed, plugin), run);
        slowest = Math.max(slowest, process.cpuUsage().user - began);
        compared += 1;
        if (!(apart <= TOLERANCE)) differences.push(`${plugin}, seed ${run.seed}: ${apart} percentage points apart`);
      }
    }
    process.stdout.write(
      `openb ${name}: ${compared - differences.length} of ${compared} deterministic runs agree on 262 columns (slowest: ${Math.round(slowest / 1000)} ms of CPU)\n`,
    );
    expect(compared).toBeGreaterThan(0);
    expect(differences).toEqual([]);
  });

  test('Random is within 0.45 percentage points of the mean of the published seeds', { timeout: 600_000 }, () => {
    const theirs = published(trace, '01-Random');
    const ours = chosen(theirs, 3 * place, 3).map(({ seed }) => runTrace(trace, seed, 'Random'));
    const mean = meanOf(theirs);
    const apart = meanOf(ours).map((value, column) => Math.abs(value - mean[column]));
    process.stdout.write(
      `openb ${name}: Random, mean of ${ours.length} of wavetank, ${Math.max(...apart).toFixed(2)} points from the mean of ${theirs.length} published\n`,
    );
    expect(apart).toHaveLength(131);
    const errors = standardErrors(theirs, ours.length);
    for (const [column, difference] of apart.entries()) {
      const bySeeds = all ? 0 : STANDARD_ERRORS * errors[column];
      expect(difference, `column ${column}`).toBeLessThanOrEqual(Math.max(RANDOM_TOLERANCE, bySeeds));
    }
  });
});
