// `--until`: read, handed to the jobs, and printed.
import type { Argv } from 'yargs';
import { InputError } from '../lib/errors.ts';
import type { Job, LoadedScenario, Overrides } from '../scenario/scenario.ts';
import type { Cell } from '../sweep/index-files.ts';
import { fromFigureUnit } from '../sweep/figure-values.ts';
import { type Goal, goalOf, type Limits, moreSeeds, parseWish, type Reached, reachedOf } from '../sweep/until.ts';
import { writePrecision } from '../sweep/write-precision.ts';
import { showActual } from '../world/expectations.ts';
import { colors } from './colors.ts';
import type { JobEnd } from '../sweep/run-jobs.ts';
import { wholeNumber } from './scenario-options.ts';
import { table } from './table.ts';

const OPTION = '--until';
const LEAST_SEEDS = 10;
const MOST_SEEDS = 200;
const MOST_ROWS = 40;

export interface UntilArguments {
  readonly until?: string | readonly string[];
  readonly maxSeeds?: string;
}

/** Declares the options. */
export function untilOptions<T>(argv: Argv<T>) {
  return argv
    .option('until', {
      describe:
        'more seeds until half the 95 % confidence interval is so narrow, "requests.p99 ± 2%" or "+- 5ms", in each cell; may be repeated',
      type: 'string',
      requiresArg: true,
    })
    .option('max-seeds', {
      describe: 'with --until or --best: at most so many seeds of a cell (default: 200)',
      type: 'string',
      requiresArg: true,
    });
}

/** What `--until` adds to a command that runs many jobs. */
export interface Until {
  /** For the loader. */
  readonly measure: NonNullable<Overrides['measure']>;
  /** Seeds of the first round, and what comes after it. Throws an InputError. */
  plan(loaded: LoadedScenario): UntilPlan;
}

export interface UntilPlan {
  /** Of the first round. */
  readonly seeds: number;
  /** The options as they would be typed again. */
  readonly more: readonly string[];
  /** What to run after these. */
  next(ends: readonly JobEnd[]): readonly Job[];
  /** What came of it; written into the folder. */
  reached(folder: string, cells: readonly Cell[]): readonly Reached[];
}

/** Undefined without the option. Throws an InputError. */
export function readUntil(given: UntilArguments & { readonly seeds?: string }): Until | undefined {
  const most = wholeNumber('max-seeds', given.maxSeeds, 2);
  if (given.until === undefined) {
    if (most !== undefined)
      throw new InputError('--max-seeds: is the limit of --until and --best, and neither is there');
    return undefined;
  }
  const wishes = [given.until].flat().map((text) => parseWish(text, OPTION));
  const first = wholeNumber('seeds', given.seeds, 2);
  return {
    measure: wishes.map(({ figure }) => ({ figure, by: OPTION })),
    plan(loaded) {
      const goals = wishes.map((wish) => goalOf(wish, OPTION, loaded.scenario.expect));
      const least = first ?? Math.min(most ?? MOST_SEEDS, Math.max(LEAST_SEEDS, loaded.scenario.seeds));
      const limits = { least, most: most ?? MOST_SEEDS };
      if (least > limits.most) throw new InputError(`--seeds: ${least} are more than --max-seeds ${limits.most}`);
      return planOf(goals, limits, given);
    },
  };
}

function planOf(goals: readonly Goal[], limits: Limits, given: UntilArguments): UntilPlan {
  return {
    seeds: limits.least,
    more: [
      ...goals.flatMap(({ text }) => [OPTION, text]),
      ...(given.maxSeeds === undefined ? [] : ['--max-seeds', given.maxSeeds]),
    ],
    next: (ends) => moreSeeds(ends, goals, limits),
    reached(folder, cells) {
      const rows = reachedOf(cells, goals, limits);
      writePrecision(folder, rows);
      return rows;
    },
  };
}

/** One row per cell and figure: how well it is known, and with how many seeds. */
export function untilLines(rows: readonly Reached[]): string[] {
  if (rows.length === 0) return [];
  const { green, red, dim } = colors(process.stdout);
  const several = rows.some(({ values }) => values.length > 0);
  const lines = rows.slice(0, MOST_ROWS).map(({ goal, values, seeds, mean, half, wanted, reached, remark }) => {
    const show = (value: number | undefined) =>
      value === undefined || Number.isNaN(value)
        ? '–'
        : showActual({ expectation: goal.expectation, actual: value, pass: true });
    return [
      reached ? green('ok') : red('WIDE'),
      ...(several ? [values.join(', ')] : []),
      goal.text,
      show(mean),
      `± ${show(half)}`,
      show(wanted),
      String(seeds),
      dim(remark),
    ];
  });
  const at = several ? 3 : 2;
  const header = ['', ...(several ? ['cell'] : []), 'until', 'mean', '95 %', 'wanted ±', 'seeds', ''];
  const more = rows.length > MOST_ROWS ? [`… and ${rows.length - MOST_ROWS} more in precision.csv`] : [];
  return ['', table(header, lines, [at, at + 1, at + 2, at + 3]), ...more];
}

export function untilAsJson(rows: readonly Reached[]) {
  return rows.map(({ goal, values, seeds, mean, half, wanted, reached, remark }) => ({
    ...(values.length === 0 ? {} : { cell: values.join(', ') }),
    until: goal.text,
    seeds,
    mean: fromFigureUnit(goal.expectation, mean),
    half: fromFigureUnit(goal.expectation, half),
    wanted: fromFigureUnit(goal.expectation, wanted),
    reached,
    ...(remark === '' ? {} : { remark }),
  }));
}
