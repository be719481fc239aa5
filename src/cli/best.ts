// `--best`: read, handed to the jobs, and printed.
import type { Argv } from 'yargs';
import { InputError } from '../lib/errors.ts';
import type { Job, LoadedScenario, Overrides } from '../scenario/scenario.ts';
import type { Cell } from '../sweep/index-files.ts';
import type { JobEnd } from '../sweep/run-jobs.ts';
import { checkDirection, moreForBest, screened, type Selection, writeSelection } from '../sweep/selecting.ts';
import { goalOf, parseWish } from '../sweep/until.ts';
import { showActual } from '../world/expectations.ts';
import { colors } from './colors.ts';
import { wholeNumber } from './scenario-options.ts';
import type { UntilArguments } from './until.ts';

const OPTION = '--best';
const LEAST_SEEDS = 10;
const MOST_SEEDS = 200;

export interface BestArguments {
  readonly best?: string;
}

/** Declares the option. */
export function bestOptions<T>(argv: Argv<T>) {
  return argv.option('best', {
    describe:
      'more seeds until one is the best with probability 95 %, "requests.p99 ± 2%": what is closer to the best than that is as good',
    type: 'string',
    requiresArg: true,
  });
}

export interface Best {
  readonly measure: NonNullable<Overrides['measure']>;
  plan(loaded: LoadedScenario): BestPlan;
}

export interface BestPlan {
  /** Of the first round. */
  readonly seeds: number;
  readonly more: readonly string[];
  next(ends: readonly JobEnd[]): readonly Job[];
  /** What came of it; written into the folder, and in words. */
  finish(folder: string, cells: readonly Cell[]): void;
  lines(): string;
  json(): unknown;
  /** 1 when there were too few seeds to tell. */
  exitCode(): 0 | 1;
}

/** Undefined without the option. Throws an InputError. */
export function readBest(given: BestArguments & UntilArguments & { readonly seeds?: string }): Best | undefined {
  if (given.best === undefined) return undefined;
  if (given.until !== undefined) throw new InputError(`${OPTION}: not together with --until`);
  const wish = parseWish(given.best, OPTION);
  const most = wholeNumber('max-seeds', given.maxSeeds, 3) ?? MOST_SEEDS;
  const least = wholeNumber('seeds', given.seeds, 3) ?? Math.min(most, LEAST_SEEDS);
  return {
    measure: [{ figure: wish.figure, by: OPTION }],
    plan(loaded) {
      const goal = goalOf(wish, OPTION, loaded.scenario.expect);
      checkDirection(goal, OPTION);
      let selection: Selection | undefined;
      return {
        seeds: least,
        more: [OPTION, wish.text, ...(given.maxSeeds === undefined ? [] : ['--max-seeds', given.maxSeeds])],
        next: (ends) => moreForBest(ends, goal, { least, most }),
        finish(folder, cells) {
          selection = screened(cells, goal, { least, most });
          writeSelection(folder, selection, goal);
        },
        lines() {
          if (selection === undefined) return '';
          const { bold, red } = colors(process.stdout);
          const { contenders, best } = selection;
          const show = (mean: number) => showActual({ expectation: goal.expectation, actual: mean, pass: true });
          const nameOf = ({ values }: Cell) => values.join(', ');
          if (best !== undefined)
            return `Best:    ${bold(nameOf(best.cell))}, ${goal.expectation.measured} ${show(best.mean)}: with probability 95 % none of the other ${contenders.length - 1} is better by ${wish.width}\n`;
          const left = contenders.filter((one) => one.left).map(({ cell }) => nameOf(cell));
          return `Best:    ${red('not decided')} with ${most} seeds: ${left.join('; ') || 'none has values with all seeds'}\n`;
        },
        exitCode: () => (selection !== undefined && selection.best === undefined ? 1 : 0),
        json: () => ({
          figure: goal.expectation.measured,
          best: selection?.best?.cell.values.join(', ') ?? null,
          in_contention:
            selection?.contenders.filter((one) => one.left).map(({ cell }) => cell.values.join(', ')) ?? [],
        }),
      };
    },
  };
}
