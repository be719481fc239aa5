// What hurts when: each strike seen beside the run without a fault, seed by seed, and the worst first.
import { type Interval, meanInterval } from '../../lib/confidence.ts';
import { NO_FAULT } from '../../scenario/chaos/chaos.ts';
import type { Expectation } from '../../scenario/expect.ts';
import type { Cell } from '../index-files.ts';
import type { JobResult } from '../job-results.ts';
import { inBaseUnits } from '../../world/expectations.ts';
import type { Moment } from './moments.ts';

/** The figure whose empty value means that the objectives do not hold again. */
export const RECOVERY = 'recovery.duration';

/** A figure of a strike: its values in base units by seed; null where there was nothing to measure, or no end of it. */
export interface Measured {
  readonly expectation: Expectation;
  readonly values: readonly (number | null)[];
}

/** One target hit at one moment. */
export interface Struck {
  readonly target: string;
  /** As on the axis: `3m`. */
  readonly moment: string;
  readonly atUs: number;
  readonly during: string;
  /** Seeds that have results, of so many. */
  readonly seeds: number;
  readonly of: number;
  /** Expectations that hold without the fault and not with it. */
  readonly broken: readonly string[];
  /** Requests that failed more than without the fault; undefined when no seed ended both times. */
  readonly lost: Interval | undefined;
  readonly measured: readonly Measured[];
  /** The command that runs its first seed again. */
  readonly reproduce: string;
}

export interface Matrix {
  readonly moments: readonly Moment[];
  /** The worst first. */
  readonly strikes: readonly Struck[];
  /** Expectations that do not hold even without a fault. */
  readonly brokenBefore: readonly string[];
}

/** `cells` are those of `strikes`, `moments` their times. */
export function matrixOf(cells: readonly Cell[], moments: readonly (Moment & { readonly label: string })[]): Matrix {
  const base = cells.find(({ values }) => values[0] === NO_FAULT);
  const brokenBefore = brokenIn(base);
  const strikes = cells
    .filter((cell) => cell !== base)
    .map((cell): Struck => {
      const [target, moment] = cell.values;
      const { atUs = 0, during = '' } = moments.find(({ label }) => label === moment) ?? {};
      const measured = (cell.results[0]?.verdicts ?? []).filter(({ expectation }) => !isJudged(expectation));
      return {
        target,
        moment,
        atUs,
        during,
        seeds: cell.results.length,
        of: cell.ends.length,
        broken: brokenIn(cell).filter((text) => !brokenBefore.includes(text)),
        lost: lostIn(cell.results, base?.results ?? []),
        measured: measured.map(({ expectation }) => ({
          expectation,
          values: cell.results.map(({ verdicts }) => valueOf(verdicts, expectation.text)),
        })),
        reproduce: cell.ends[0].reproduce,
      };
    });
  return { moments, strikes: strikes.sort(worseFirst), brokenBefore };
}

/** An expectation of the scenario, and not a figure that is only measured. */
function isJudged({ place: _place, text, measured }: Expectation): boolean {
  return text !== measured;
}

function valueOf(verdicts: JobResult['verdicts'], text: string): number | null {
  const verdict = verdicts.find(({ expectation }) => expectation.text === text);
  return verdict === undefined ? null : inBaseUnits(verdict);
}

function brokenIn(cell: Cell | undefined): string[] {
  return (cell?.verdicts ?? []).filter(({ pass }) => !pass).map(({ expectation }) => expectation.text);
}

/** A request has the same number whatever else happens, so that both runs have the same ones. */
function lostIn(hit: readonly JobResult[], base: readonly JobResult[]): Interval | undefined {
  const before = new Map(base.map(({ job, summary }) => [job.seed, summary.requests_failed_total]));
  const more = hit.flatMap(({ job, summary }) => {
    const failed = before.get(job.seed);
    return failed === undefined ? [] : [summary.requests_failed_total - failed];
  });
  return more.length === 0 ? undefined : meanInterval(more);
}

/** Seconds until the objectives hold again; more than any where they do not. */
function longest({ measured }: Struck): number {
  const recovery = measured.find(({ expectation }) => expectation.measured === RECOVERY)?.values ?? [];
  return recovery.reduce<number>((most, value) => Math.max(most, value ?? Number.MAX_VALUE), 0);
}

/** More jobs lost, then more broken expectations, then more lost requests, then a longer recovery; equals by target and time. */
function worseFirst(a: Struck, b: Struck): number {
  return (
    b.of - b.seeds - (a.of - a.seeds) ||
    b.broken.length - a.broken.length ||
    (b.lost?.mean ?? 0) - (a.lost?.mean ?? 0) ||
    longest(b) - longest(a) ||
    a.target.localeCompare(b.target, 'en', { numeric: true }) ||
    a.atUs - b.atUs
  );
}
