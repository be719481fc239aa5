// What is printed of many jobs: cells and their figures, expectations over seeds, failures with the commands that show them again.
import { caveatsOfJobs } from '../sweep/caveats-of-jobs.ts';
import { meanInterval } from '../lib/confidence.ts';
import { showActual, showInterval, type Verdict } from '../world/expectations.ts';
import type { Cell } from '../sweep/index-files.ts';
import { caveatLines } from './caveat-lines.ts';
import { colors } from './colors.ts';
import { eventsOf, type Many } from './many.ts';
import { exitCodeOfSignal } from './interruption.ts';
import { printShard } from './shards/shard-print.ts';
import { shown } from './shown-path.ts';
import { summaryOfMany } from './summary-of-many.ts';
import { usualFigures } from './summary-table.ts';
import { table } from './table.ts';
import { untilLines } from './until.ts';

const MOST_FIGURES = 4;
const MOST_ROWS = 40;

/** That of the signal that ended it. 3: a job broke or was lost. 2: its input is wrong. 1: an expectation failed, or a figure is not known as well as asked for. */
export function exitCodeOfMany(many: Many): number {
  const { cells, reached } = many;
  const ofJobs = exitCodeOfJobs(many);
  if (ofJobs !== 0) return ofJobs;
  if (reached.some((one) => !one.reached)) return 1;
  return cells.some(({ verdicts }) => verdicts.some(({ pass }) => !pass)) ? 1 : 0;
}

/** The same without a look at what the results say. */
export function exitCodeOfJobs({ ends, interrupted }: Many): number {
  if (interrupted !== undefined) return exitCodeOfSignal(interrupted);
  const kinds = new Set(ends.map(({ failure }) => failure?.kind));
  if (kinds.has('broken') || kinds.has('lost')) return 3;
  return kinds.has('input') ? 2 : 0;
}

export function printMany(many: Many): void {
  if (many.shard !== undefined) printShard(many);
  if (many.shard !== undefined || many.cells.length === 0) return;
  const { loaded, cells, folder, page } = many;
  const out = [
    headLine(many, cells.length === 1 ? '' : `${cells.length} cells`),
    '',
    ...caveatLines(
      caveatsOfJobs(
        loaded,
        cells.flatMap(({ results }) => results),
      ),
    ),
  ];
  if (cells.length > 1 || cells[0].values.length > 0) out.push(cellTable(many));
  else if (cells[0].results.length > 0) out.push(summaryOfMany(cells[0].results));
  out.push(
    ...expectationLines(cells),
    ...untilLines(many.reached),
    '',
    `Results: ${shown(folder)}${many.interrupted === undefined ? '/jobs.csv' : ''}`,
  );
  if (page !== undefined) out.push(`Report:  ${shown(page)}`);
  process.stdout.write(`${out.join('\n')}\n`);
}

/** The scenario's name, how many of `what` and jobs there were, and how long they took. */
export function headLine({ loaded, ends, where, wallSeconds, merged }: Many, what: string): string {
  const { bold, dim } = colors(process.stdout);
  const resumed = ends.filter((end) => end.resumed).length;
  const how = `${wallSeconds.toFixed(1)} s ${where}`;
  const there = resumed === 0 ? '' : `, ${resumed} of them already done`;
  const speed = dim(`(${(eventsOf(ends) / wallSeconds / 1e6).toFixed(2)} million events per second)`);
  const jobs = `${ends.length} ${ends.length === 1 ? 'job' : 'jobs'}`;
  const ranHere = resumed === 0 && !merged;
  return `${bold(loaded.scenario.name)}  ${what === '' ? '' : `${what}, `}${jobs}${there}, ${how}${ranHere ? ` ${speed}` : ''}`;
}

/** One paragraph per failure, at most twenty. */
export function printFailures({ ends }: Many): void {
  const { red } = colors(process.stderr);
  const failed = ends.filter(({ failure }) => failure !== undefined);
  for (const { job, failure, reproduce } of failed.slice(0, 20)) {
    process.stderr.write(`${red(`${job.id} failed:`)} ${failure?.message ?? ''}\n  reproduce: ${reproduce}\n`);
  }
  if (failed.length > 20) process.stderr.write(`… and ${failed.length - 20} more, see sweep.json\n`);
}

/** One row per cell: what its expectations measure, means with half their 95 % confidence intervals. */
export function cellTable({ loaded, cells, ends }: Many): string {
  const { red, dim } = colors(process.stdout);
  const axes = ends[0].job.axes;
  const figures = figuresOfCells(loaded, cells).slice(0, MOST_FIGURES);
  const rows = cells.slice(0, MOST_ROWS).map(({ values, results, verdicts, ends: own }) => {
    const means = figures.map(({ of, show }) => {
      const all = results.flatMap((result) => of(result) ?? []);
      if (all.length < results.length || all.length === 0) return dim('–');
      return show(all);
    });
    const broken = verdicts.filter(({ pass }) => !pass).length;
    const lost = own.length - results.length;
    const state = [broken === 0 ? '' : `${broken} FAILED`, lost === 0 ? '' : `${lost} of ${own.length} jobs lost`];
    return [...values, ...means, red(state.filter((text) => text !== '').join(', '))];
  });
  const header = [...axes.map(({ label }) => label), ...figures.map(({ title }) => title), ''];
  const right = figures.map((_, at) => axes.length + at);
  const more = cells.length > MOST_ROWS ? `\n… and ${cells.length - MOST_ROWS} more cells, see jobs.csv` : '';
  return table(header, rows, right) + more;
}

interface CellFigure {
  readonly title: string;
  readonly of: (result: Cell['results'][number]) => number | null | undefined;
  readonly show: (values: readonly number[]) => string;
}

/** What the scenario's expectations measure; where it has none, the usual figures. */
function figuresOfCells(loaded: Many['loaded'], cells: readonly Cell[]): CellFigure[] {
  const expected = [...new Map(loaded.scenario.expect.map((one) => [one.measured, one])).values()];
  if (expected.length > 0) {
    return expected.map((figure) => ({
      title: figure.measured,
      of: ({ verdicts }) => figureOf(verdicts, figure.measured),
      show: (values) => showInterval(figure, values),
    }));
  }
  return usualFigures(cells.flatMap(({ results }) => results)).map(([title, of, show]) => ({
    title,
    of: ({ summary }) => of(summary),
    show: (values) => {
      const { mean, half = 0 } = meanInterval(values);
      return `${show(mean)}${half === 0 ? '' : ` ± ${show(half)}`}`;
    },
  }));
}

/** A mean may hold where single seeds do not: says how many. */
function failingSeeds({ results }: Cell, { expectation, pass }: Verdict): string {
  if (pass || expectation.overSeeds === 'mean') return '';
  const fails = results.filter(({ verdicts }) =>
    verdicts.some((one) => one.expectation.text === expectation.text && !one.pass),
  );
  return `, not so with ${fails.length} of ${results.length} seeds`;
}

/** Finite values only. */
function figureOf(verdicts: readonly Verdict[], measured: string): number | undefined {
  const actual = verdicts.find(({ expectation }) => expectation.measured === measured)?.actual;
  return actual !== undefined && Number.isFinite(actual) ? actual : undefined;
}

export function expectationLines(cells: readonly Cell[]): string[] {
  const { green, red } = colors(process.stdout);
  const all = cells.flatMap((cell) => cell.verdicts.map((verdict) => ({ cell, verdict })));
  if (all.length === 0) return [];
  const several = cells.length > 1;
  const shownOnes = several ? all.filter(({ verdict }) => !verdict.pass) : all;
  const held = all.length - all.filter(({ verdict }) => !verdict.pass).length;
  const summary = several ? ['', `${held} of ${all.length} expectations hold in their cells.`] : [''];
  if (shownOnes.length === 0) return summary;
  const rows = shownOnes.map(({ cell, verdict }) => [
    verdict.pass ? green('ok') : red('FAILED'),
    ...(several ? [cell.values.join(', ')] : []),
    verdict.expectation.text,
    `${showActual(verdict)}${failingSeeds(cell, verdict)}`,
  ]);
  return [...summary, table(['', ...(several ? ['cell'] : []), 'expected', 'mean'], rows)];
}
