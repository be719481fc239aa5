// What is printed of chaos: the matrix, targets by moments, and the worst strikes with the commands that run them again.
import { counted } from '../../lib/plural.ts';
import { caveatsOfJobs } from '../../sweep/caveats-of-jobs.ts';
import { type Matrix, type Measured, RECOVERY, type Struck } from '../../sweep/chaos/matrix.ts';
import { fromBaseUnits, showInterval } from '../../world/expectations.ts';
import { caveatLines } from '../caveat-lines.ts';
import { colors } from '../colors.ts';
import { headLine } from '../many-print.ts';
import type { Many } from '../many.ts';
import { printShard } from '../shards/shard-print.ts';
import { shown } from '../shown-path.ts';
import { count } from '../summary-table.ts';
import { table } from '../table.ts';

const MOST_WORST = 5;
const MOST_MOMENTS = 8;

/** There is no matrix when it was ended before all jobs were complete. `left`: expectations about strikes that were not asked for. */
export function printChaos(many: Many, matrix: Matrix | undefined, left: number): void {
  if (many.shard !== undefined) printShard(many);
  if (many.shard !== undefined || many.cells.length === 0) return;
  const { folder, page, cells, loaded } = many;
  const { dim } = colors(process.stdout);
  const results = cells.flatMap((cell) => cell.results);
  const targets = new Set(matrix?.strikes.map(({ target }) => target)).size;
  const out = [
    headLine(
      many,
      matrix === undefined ? '' : `${counted(targets, 'target')}, ${counted(matrix.moments.length, 'moment')}`,
    ),
    '',
    ...caveatLines(caveatsOfJobs(loaded, results)),
  ];
  if (left > 0) out.push(`${counted(left, 'expectation')} about strikes that were not asked for: not judged`, '');
  if (matrix !== undefined) {
    const { brokenBefore } = matrix;
    if (brokenBefore.length > 0) {
      out.push(
        `Without any fault ${counted(brokenBefore.length, 'expectation')} of the scenario fails: ${brokenBefore.join('; ')}`,
        '',
      );
    }
    out.push(
      matrixTable(matrix),
      dim(
        '✗: expectations that the fault breaks; lost: requests that failed more than without it; again: how long until the objectives hold; =: as without it',
      ),
      ...worst(matrix),
    );
  }
  out.push('', `Results: ${shown(folder)}${matrix === undefined ? '' : '/chaos.csv'}`);
  if (page !== undefined) out.push(`Report:  ${shown(page)}`);
  process.stdout.write(`${out.join('\n')}\n`);
}

/** One row per target, the one with the worst strike first. */
function matrixTable({ strikes, moments }: Matrix): string {
  const { red, dim } = colors(process.stdout);
  const targets = [...new Set(strikes.map(({ target }) => target))];
  const times = [...new Map([...strikes].sort((a, b) => a.atUs - b.atUs).map((one) => [one.atUs, one.moment]))];
  const shownTimes = times.slice(0, MOST_MOMENTS);
  const rows = targets.map((target) => [
    target,
    ...shownTimes.map(([atUs]) => {
      const strike = strikes.find((one) => one.target === target && one.atUs === atUs);
      if (strike === undefined || strike.seeds === 0) return red('failed');
      const text = cellText(strike);
      if (strike.broken.length > 0) return red(text);
      return text === '=' ? dim(text) : text;
    }),
  ]);
  const during = shownTimes.map(([atUs]) => moments.find((one) => one.atUs === atUs)?.during ?? '');
  const header = ['target', ...shownTimes.map(([, moment]) => `at ${moment}`)];
  const second = during.some((text) => text !== '') ? [['', ...during]] : [];
  const more = times.length > MOST_MOMENTS ? `\n… and ${times.length - MOST_MOMENTS} more moments, see chaos.csv` : '';
  return table(header, [...second, ...rows]) + more;
}

/** `2✗ 1,203 lost 3m10s`: what hurts, in few words. */
function cellText({ broken, lost, seeds, of, measured }: Struck): string {
  const parts = [
    broken.length === 0 ? '' : `${broken.length}✗`,
    lost === undefined || Math.round(lost.mean) === 0 ? '' : `${count(lost.mean)} lost`,
    ...measured
      .filter((one) => one.expectation.measured === RECOVERY && !isNothing(one))
      .map((one) => (showMeasured(one) === 'not again' ? 'not again' : `again after ${showMeasured(one)}`)),
    seeds === of ? '' : `${of - seeds} of ${of} jobs lost`,
  ].filter((part) => part !== '');
  return parts.length === 0 ? '=' : parts.join(', ');
}

function isNothing({ values }: Measured): boolean {
  return values.every((value) => value === 0);
}

/** The mean over seeds ± half its interval; `nothing to measure` where a seed has no value. */
function showMeasured({ expectation, values }: Measured): string {
  const known = values.flatMap((value) => fromBaseUnits(expectation, value) ?? []);
  if (known.length < values.length || known.length === 0)
    return expectation.measured === RECOVERY ? 'not again' : 'not measured';
  return showInterval(expectation, known);
}

function worst({ strikes }: Matrix): string[] {
  const { bold, dim, red } = colors(process.stdout);
  const hurting = strikes.filter((strike) => cellText(strike) !== '=');
  if (hurting.length === 0) return ['', 'Nothing of it hurts.'];
  const lines = hurting.slice(0, MOST_WORST).flatMap((strike) => {
    const { target, moment, during, broken, lost, measured, reproduce } = strike;
    const about = lost?.half === undefined || lost.half === 0 ? '' : ` ± ${count(lost.half)}`;
    const figures = [
      ...(lost === undefined ? [] : [`${count(lost.mean)}${about} requests lost`]),
      ...measured.map((one) => `${one.expectation.measured} ${showMeasured(one)}`),
    ];
    return [
      `  ${bold(target)} at ${moment}${during === '' ? '' : ` (${during})`}: ${figures.join(', ')}`,
      ...broken.map((text) => `    ${red('✗')} ${text}`),
      dim(`    ${reproduce}`),
    ];
  });
  return [
    '',
    `${bold('Worst')}, of ${counted(hurting.length, 'strike')} that hurt${hurting.length === 1 ? 's' : ''}, and how to see it again:`,
    ...lines,
  ];
}

/** Every strike, the worst first, in base units. */
export function chaosAsJson({ strikes, moments, brokenBefore }: Matrix) {
  return {
    moments: moments.map(({ atUs, during }) => ({ moment_seconds: atUs / 1e6, ...(during === '' ? {} : { during }) })),
    broken_without_fault: brokenBefore,
    strikes: strikes.map(({ atUs, during, of, lost, measured, ...strike }) => ({
      target: strike.target,
      moment: strike.moment,
      moment_seconds: atUs / 1e6,
      ...(during === '' ? {} : { during }),
      seeds: strike.seeds,
      ...(of === strike.seeds ? {} : { seeds_failed: of - strike.seeds }),
      broken: strike.broken,
      requests_lost: lost === undefined ? null : { mean: lost.mean, half: lost.half ?? null },
      figures: Object.fromEntries(measured.map(({ expectation, values }) => [expectation.measured, values])),
      reproduce: strike.reproduce,
    })),
  };
}
