// A scenario → its jobs: every cell of the sweep with every seed.
import { InputError, type Place } from '../lib/errors.ts';
import { valueLabel } from './axes.ts';
import { amongTexts } from './files.ts';
import { contentHash } from './hash.ts';
import { loadScenario } from './load.ts';
import type { LoadOptions } from './load.ts';
import { refuseTwofold } from './options.ts';
import { parseOverride, VARIANT_AXIS } from './override.ts';
import { Problems } from './problems.ts';
import type { Job, LoadedScenario, Scenario, SweepAxis } from './scenario.ts';
import { sharingParts } from './shared-parts.ts';

const MAX_JOBS = 1_000_000;
const ID_DIGITS = 8;

export interface ExpandOptions extends Pick<LoadOptions, 'families'> {
  /** Instead of the scenario's own number of seeds. */
  readonly seeds?: number;
  /** Only the scenario as it is, without the cells of its sweep. */
  readonly base?: boolean;
  /** The variants of its bench instead of the cells of its sweep. */
  readonly bench?: boolean;
  /** These cells of its sweep, each by the index of its value on each axis, instead of all of them. */
  readonly choices?: readonly (readonly number[])[];
  /** These cells instead of those of its sweep: the strikes of chaos. */
  readonly cells?: readonly CellPlan[];
}

/** A choice on each axis, and what it sets in the scenario. */
export interface CellPlan extends Pick<Job, 'axes' | 'set'> {
  /** Of its jobs, with a slash behind; empty for the scenario as it is. */
  readonly folder: string;
  /** Where each of `set` was written. */
  readonly places: readonly Place[];
}

/**
 * Cells in the order of the axes, the last one fastest; within a cell the seeds from the scenario's own upwards. An id
 * depends on the cell's values and the seed only, so a sweep that grows keeps the ids that it had. Throws an InputError when
 * a cell's scenario is wrong or there are more than a million jobs.
 */
export function expandJobs(loaded: LoadedScenario, options: ExpandOptions): Job[] {
  const seeds = options.seeds ?? loaded.scenario.seeds;
  if (!Number.isSafeInteger(seeds) || seeds < 1) throw new InputError(`--seeds: expected a whole number above 0`);
  const { bench } = loaded.scenario;
  const sweep = options.base === true || options.cells !== undefined ? [] : loaded.scenario.sweep;
  const perSeed =
    options.cells?.length ??
    options.choices?.length ??
    (options.bench === true ? bench.length : sweep.reduce((product, axis) => product * axis.values.length, 1));
  if (perSeed * seeds > MAX_JOBS) throw new InputError(`${perSeed * seeds} jobs are more than ${MAX_JOBS}`);
  const problems = new Problems();
  const plans =
    options.cells ?? (options.bench === true ? bench.map(variantCell) : cells(sweep, bench, options.choices));
  const paths =
    options.bench === true
      ? bench.flatMap(({ set }) => set.map(({ path }) => path))
      : sweep.flatMap((axis) =>
          axis.path === VARIANT_AXIS
            ? axis.values.flatMap((name) => setOf(bench, name).map(({ path }) => path))
            : [axis.path],
        );
  refuseTwofold(loaded.overrides, paths, problems);
  problems.throwIfAny();
  const jobs = plans.flatMap((plan) => {
    const cell = problems.attempt(() =>
      plan.axes.length === 0 ? loaded : placed(plan, () => loadCell(loaded, plan, options)),
    );
    if (cell === undefined) return [];
    const { folder, axes, set } = plan;
    return Array.from({ length: seeds }, (_, index): Job => {
      const seed = cell.scenario.seed + index;
      return { id: `${folder}seed-${seed}`, seed, axes, set, loaded: cell };
    });
  });
  problems.throwIfAny();
  return jobs;
}

function cells(
  sweep: readonly SweepAxis[],
  bench: Scenario['bench'],
  rows: readonly (readonly number[])[] | undefined,
): CellPlan[] {
  const choice = ({ path, label, values, places }: SweepAxis, index: number) => ({
    path,
    label,
    value: values[index],
    place: places[index],
  });
  const choices =
    rows?.map((row) => row.map((index, axis) => choice(sweep[axis], index))) ??
    sweep.reduce<(Job['axes'][number] & { readonly place: Place })[][]>(
      (before, axis) => before.flatMap((cell) => axis.values.map((_, index) => [...cell, choice(axis, index)])),
      [[]],
    );
  return choices.map((chosen) => {
    const axes = chosen.map(({ path, label, value }) => ({ path, label, value }));
    const named = axes.map(({ path, value }) => ({ path, value }));
    const folder = axes.length === 0 ? '' : `cell-${contentHash(named).slice(0, ID_DIGITS)}/`;
    const settings = chosen.flatMap(({ path, value, place }) =>
      path === VARIANT_AXIS ? setOf(bench, value) : [{ path, value, place }],
    );
    return { axes, set: settings.map(settingOf), folder, places: settings.map(({ place }) => place) };
  });
}

/** What a variant of the bench sets. */
function setOf(bench: Scenario['bench'], name: unknown): Scenario['bench'][number]['set'] {
  return bench.find((variant) => variant.name === name)?.set ?? [];
}

function variantCell({ name, set }: Scenario['bench'][number]): CellPlan {
  const axes = [{ path: VARIANT_AXIS, label: VARIANT_AXIS, value: name }];
  return { axes, set: set.map(settingOf), folder: `variant-${name}/`, places: set.map(({ place }) => place) };
}

function settingOf({ path, value }: { readonly path: string; readonly value: unknown }): string {
  return `${path}=${JSON.stringify(value)}`;
}

/** Does the work of a cell; what is wrong with a value that it sets is reported where that value was written. */
function placed<Result>({ set, places }: CellPlan, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    const written = new Map(set.map((text, index) => [parseOverride(text).by, places[index]]));
    throw new InputError(
      error.problems.map((problem) => {
        const { path, message } = problem;
        const { path: _path, ...place } = written.get(problem.file ?? '') ?? problem;
        return { ...place, ...(path === undefined ? {} : { path }), message };
      }),
    );
  }
}

/** The scenario loaded again from the same texts, with the cell's values set. */
export function loadCell(loaded: LoadedScenario, { axes, set }: CellPlan, options: ExpandOptions): LoadedScenario {
  const cell = loadScenario(loaded.inputs, {
    ...loaded.overrides,
    families: options.families,
    set: [...loaded.overrides.set, ...set],
    readFile: amongTexts(loaded.files),
  });
  const valueOf = new Map(axes.map(({ label, value }) => [label, valueLabel(value)]));
  const expect = cell.scenario.expect.map((expectation) => {
    if (expectation.where.length === 0) return expectation;
    const applies = expectation.where.every(({ axis, value }) => valueOf.get(axis) === value);
    return { ...expectation, applies };
  });
  const measured = options.cells === undefined ? [] : (cell.scenario.chaos?.measure ?? []);
  return sharingParts({ ...cell, scenario: { ...cell.scenario, expect: [...expect, ...measured] } }, loaded);
}
