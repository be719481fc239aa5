// A scenario as a suite of tests: a case for each expectation in each cell, and what became of it.
import type { Place, Problem } from '../../lib/errors.ts';
import { counted } from '../../lib/plural.ts';
import type { Cell } from '../../sweep/index-files.ts';
import type { JobEnd } from '../../sweep/run-jobs.ts';
import { applicable, inBaseUnits, showActual, type Verdict } from '../../world/expectations.ts';

/** `failed`: an expectation does not hold. `input`, `broken`: there was nothing to judge. `skipped`: no cell that was run is its. */
export type Outcome = 'passed' | 'failed' | 'input' | 'broken' | 'skipped';

export interface Case {
  /** The expectation as written, and its cell. */
  readonly name: string;
  readonly place: Place;
  readonly outcome: Outcome;
  /** What came out, as a person reads it; of what passed too. */
  readonly message: string;
  /** In base units; null where nothing was measured. */
  readonly actual: number | null;
  /** The command that shows it again; empty for what passed. */
  readonly reproduce: string;
}

export interface Suite {
  readonly file: string;
  /** Of the scenario; of the file where the scenario cannot be read. */
  readonly name: string;
  readonly cases: readonly Case[];
  /** Jobs that were run, and the seconds that they took together. */
  readonly jobs: number;
  readonly seconds: number;
}

/** The name of the case of a scenario that expects nothing. */
const ENDS = 'runs to its end';

/** The suite of a file whose input is wrong: a case for each thing that is. */
export function wrongSuite(file: string, problems: readonly Problem[]): Suite {
  const cases = problems.map(({ file: at = file, line, column, path, message }): Case => {
    const place = { file: at, ...(line === undefined ? {} : { line }), ...(column === undefined ? {} : { column }) };
    return { name: path ?? 'the input', place, outcome: 'input', message, actual: null, reproduce: '' };
  });
  return { file, name: file, cases, jobs: 0, seconds: 0 };
}

/** The suite of cells that have run. An expectation that is about none of them is skipped. */
export function suiteOf(file: string, name: string, cells: readonly Cell[]): Suite {
  const ends = cells.flatMap((cell) => cell.ends);
  const cases = cells.flatMap((cell) => casesOf(file, cell));
  const judged = new Set(cells.flatMap(({ verdicts }) => verdicts.map(({ expectation }) => expectation.text)));
  const all = ends.flatMap(({ job }) => job.loaded.scenario.expect);
  const skipped = [...new Map(all.map((one) => [one.text, one])).values()].filter(({ text }) => !judged.has(text));
  const complete = ends.every(({ result }) => result !== undefined);
  for (const { text, place } of complete ? skipped : []) {
    const message = 'is about cells that only `wavetank chaos` makes';
    cases.push({ name: text, place, outcome: 'skipped', message, actual: null, reproduce: '' });
  }
  const seconds = ends.reduce((sum, { result }) => sum + (result?.wallSeconds ?? 0), 0);
  return { file, name, cases, jobs: ends.length, seconds };
}

function casesOf(file: string, { ends, values, verdicts }: Cell): Case[] {
  const where = values.length === 0 ? '' : ` (${values.join(', ')})`;
  const lost = ends.filter(({ failure }) => failure !== undefined);
  if (lost.length > 0) return lost.map((end) => lostCase(file, end, where));
  if (verdicts.length === 0) {
    return [{ name: `${ENDS}${where}`, place: { file }, outcome: 'passed', message: '', actual: null, reproduce: '' }];
  }
  return verdicts.map((verdict) => {
    const failing = verdict.pass ? undefined : (ends.find((end) => !holdsIn(end, verdict)) ?? ends[0]);
    const message = `${showActual(verdict)}${failing === undefined ? '' : ofSeeds(ends, verdict)}`;
    return {
      name: `${verdict.expectation.text}${where}`,
      place: { file, ...verdict.expectation.place },
      outcome: verdict.pass ? 'passed' : 'failed',
      message,
      actual: inBaseUnits(verdict),
      reproduce: failing?.reproduce ?? '',
    };
  });
}

function lostCase(file: string, { job, failure, reproduce }: JobEnd, where: string): Case {
  const outcome = failure?.kind === 'input' ? 'input' : 'broken';
  const message = failure?.message ?? '';
  return { name: `${ENDS}${where}, seed ${job.seed}`, place: { file }, outcome, message, actual: null, reproduce };
}

function holdsIn({ result }: JobEnd, { expectation }: Verdict): boolean {
  const own = applicable(result?.verdicts ?? []).find((one) => one.expectation.text === expectation.text);
  return own?.pass === true;
}

/** What is shown of several seeds is their mean, which may hold where single seeds do not. */
function ofSeeds(ends: readonly JobEnd[], verdict: Verdict): string {
  if (ends.length === 1) return '';
  if (verdict.expectation.overSeeds === 'mean') return `, mean of ${counted(ends.length, 'seed')}`;
  const fails = ends.filter((end) => !holdsIn(end, verdict)).length;
  return `, mean of ${counted(ends.length, 'seed')}; ${fails} of them ${fails === 1 ? 'does' : 'do'} not hold it`;
}
