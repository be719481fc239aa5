// Compares two sides figure by figure: pairs of equal seeds within each cell that both have.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { group } from 'd3-array';
import { InputError } from '../lib/errors.ts';
import { didYouMean } from '../lib/suggest.ts';
import { compareColumns } from '../metrics/tables/comparisons.ts';
import { type Unit } from '../metrics/tables/column.ts';
import { headerOf, linesOf } from '../results/csv.ts';
import { figureFacts } from './figure-facts.ts';
import { type Difference, judgedTogether, paired } from './paired.ts';
import type { Side, SideJob } from './side.ts';

export interface Compared extends Difference {
  /** The choices that both sides have in common: `rate=50/s, front.replicas=4`; empty where there are none. */
  readonly cell: string;
  readonly figure: string;
  readonly unit: Unit;
}

export interface Comparison {
  readonly a: string;
  readonly b: string;
  readonly rows: readonly Compared[];
  /** Seeds of each cell. */
  readonly pairs: number;
  readonly cells: number;
  /** What a reader should know, one sentence each. */
  readonly notes: readonly string[];
}

/** What says how long the run was, and not how it went. */
export const LEFT_OUT: ReadonlySet<string> = new Set(['duration_seconds', 'warmup_seconds', 'events_total']);

/**
 * Compares the `wanted` figures, or all. Throws an InputError when the sides have no cell and seed in common, and for a figure
 * that neither has.
 */
export function compareSides(a: Side, b: Side, wanted: readonly string[] = []): Comparison {
  const others = new Map(b.jobs.map((job) => [keyOf(job), job]));
  const pairs = a.jobs.flatMap((job) => {
    const other = others.get(keyOf(job));
    return other === undefined ? [] : [[job, other] as const];
  });
  if (pairs.length === 0) throw new InputError(nothingInCommon(a, b));
  refuseUnknown(wanted, pairs);
  const cells = group(pairs, ([job]) => cellOf(job));
  const rows = judgedTogether([...cells].flatMap(([cell, own]) => compareCell(cell, own, wanted)));
  return {
    a: a.given,
    b: b.given,
    rows,
    pairs: pairs.length / cells.size,
    cells: cells.size,
    notes: notesOf(a, b, pairs),
  };
}

type Pair = readonly [SideJob, SideJob];

function cellOf({ choices }: SideJob): string {
  return Object.entries(choices)
    .map(([axis, value]) => `${axis}=${value}`)
    .join(', ');
}

function keyOf(job: SideJob): string {
  return `${cellOf(job)} / ${job.seed}`;
}

function nothingInCommon(a: Side, b: Side): string {
  const has = ({ given, jobs }: Side) => `${given} has ${jobs.slice(0, 3).map(keyOf).join('; ') || 'no jobs'}`;
  return `no cell and seed is on both sides: ${has(a)} … and ${has(b)} …`;
}

function refuseUnknown(wanted: readonly string[], pairs: readonly Pair[]): void {
  const known = [
    ...new Set(pairs.flatMap(([one, other]) => [...Object.keys(one.figures), ...Object.keys(other.figures)])),
  ];
  for (const figure of wanted) {
    if (known.includes(figure)) continue;
    throw new InputError({
      file: '--figures',
      message: `no figure "${figure}", expected one of ${known.join(', ')}${didYouMean(figure, known)}`,
    });
  }
}

function compareCell(cell: string, pairs: readonly Pair[], wanted: readonly string[]): Compared[] {
  const [[first, second]] = pairs;
  const asked = (name: string) => (wanted.length === 0 ? !LEFT_OUT.has(name) : wanted.includes(name));
  const names = Object.keys(first.figures).filter((name) => name in second.figures && asked(name));
  return names.flatMap((figure) => {
    const both = pairs.flatMap(([one, other]) => {
      const [left, right] = [one.figures[figure] ?? null, other.figures[figure] ?? null];
      return left === null || right === null ? [] : [[left, right] as const];
    });
    if (both.every(([left, right]) => left === 0 && right === 0)) return [];
    const sides = [both.map(([left]) => left), both.map(([, right]) => right)] as const;
    const { unit, better } = figureFacts(figure);
    return [{ cell, figure, unit, ...paired(...sides, better) }];
  });
}

function notesOf(a: Side, b: Side, pairs: readonly Pair[]): string[] {
  const notes: string[] = [];
  const unequal = pairs.filter(([one, other]) => one.figures['requests_total'] !== other.figures['requests_total']);
  if (unequal.length > 0) {
    const [[one, other]] = unequal;
    notes.push(
      `The two sides did not get the same requests (seed ${one.seed}: ${one.figures['requests_total']} and ${other.figures['requests_total']}): differences may be due to that.`,
    );
  }
  const left = a.jobs.length - pairs.length + (b.jobs.length - pairs.length);
  if (left > 0) notes.push(`${left} jobs have no counterpart (same cell and seed) on the other side and are left out.`);
  return notes;
}

/** Writes compare.csv and compare.json, which says what the sides are. */
export function writeComparison(folder: string, comparison: Comparison, reproduce: string): void {
  mkdirSync(folder, { recursive: true });
  const rows = comparison.rows.map((row) => ({
    ...row,
    mean_a: row.meanA,
    mean_b: row.meanB,
    difference_low: row.half === undefined ? null : row.difference - row.half,
    difference_high: row.half === undefined ? null : row.difference + row.half,
    relative_difference_ratio: row.meanA === 0 ? null : row.difference / Math.abs(row.meanA),
    p_value_ratio: row.p ?? null,
    p_value_adjusted_ratio: row.adjustedP ?? null,
    verdict: row.shown,
  }));
  writeFileSync(join(folder, 'compare.csv'), headerOf(compareColumns) + linesOf('compare.csv', compareColumns, rows));
  const { rows: _rows, ...about } = comparison;
  writeFileSync(join(folder, 'compare.json'), `${JSON.stringify({ ...about, reproduce }, null, 2)}\n`);
}
