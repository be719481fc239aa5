// The recordings of a highly available control plane: the cases of a group, what was done in each run, and its figures.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { goldenFolder } from '../harness.ts';

/** One line of what the driver did, or saw: `t` in ms after the fault. */
export interface Action {
  readonly t: number;
  readonly what: string;
  readonly proc?: string;
  readonly signal?: string;
  readonly [more: string]: unknown;
}

export interface Run {
  readonly case: string;
  readonly index: number;
  readonly actions: readonly Action[];
  readonly roles: Readonly<Record<string, unknown>>;
  /** The machine had not much else to do, and the clients did not write one and the same object (they hold each other up then). */
  readonly quiet: boolean;
  readonly load: number;
  /** Every figure that this run has. */
  readonly figures: ReadonlyMap<string, unknown>;
}

interface Setup {
  readonly actions_of_each_run: readonly (readonly Action[])[];
  readonly roles_of_each_run: readonly Readonly<Record<string, unknown>>[];
}

interface Summary {
  readonly figures: Readonly<Record<string, { readonly values: readonly unknown[] }>>;
  readonly suite_of_run?: readonly string[];
  readonly load_1min_of_run?: readonly number[];
}

/** A machine with this much to do stretches what lasts for seconds, and does late what it is told. */
export const BUSY_LOAD = 60;
/** Suites of recordings whose clients patch one and the same object. */
const ONE_OBJECT = new Set(['A', 'B0', 'C0', 'G0']);

const folderOf = (group: string): string => join(goldenFolder(), 'timelines-ha', group);

export function hasGroup(group: string): boolean {
  return existsSync(folderOf(group));
}

/** Every run of every case of a group. */
export function readRuns(group: string): Run[] {
  const folder = folderOf(group);
  return readdirSync(folder)
    .sort()
    .flatMap((name) => {
      const setup = readJson(join(folder, name, 'setup.json')) as Setup;
      const summary = readJson(join(folder, name, 'summary.json')) as Summary;
      return setup.actions_of_each_run.map((actions, index): Run => {
        const figures = new Map<string, unknown>();
        for (const [path, { values }] of Object.entries(summary.figures)) {
          const { [index]: value } = values;
          if (value !== null && value !== undefined) figures.set(path, value);
        }
        const { [index]: roles } = setup.roles_of_each_run;
        const load = summary.load_1min_of_run?.[index] ?? 0;
        const quiet = load <= BUSY_LOAD && !ONE_OBJECT.has(summary.suite_of_run?.[index] ?? '');
        return { case: name, index, actions, roles, quiet, load, figures };
      });
    });
}

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(path, 'utf8'));
}
