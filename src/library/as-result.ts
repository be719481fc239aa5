// The outcome of a run → what a script gets of it. The rows of a table are made when it asks.
import { catalogue, type Row, type TableName, tableNames } from '../metrics/catalogue.ts';
import { formatProblem, InputError } from '../lib/errors.ts';
import { didYouMean } from '../lib/suggest.ts';
import type { Job } from '../scenario/scenario.ts';
import { applicable, inBaseUnits, showActual } from '../world/expectations.ts';
import { type FinishedRun, writeTables } from '../world/run.ts';
import type { RunResult } from './result.ts';

export function asResult(job: Job, outcome: FinishedRun, wallSeconds: number, folder: string | undefined): RunResult {
  const { loaded } = job;
  const { verdicts, summary, digest, events } = outcome;
  return {
    scenario: loaded.scenario.name,
    job: job.id,
    seed: job.seed,
    axes: Object.fromEntries(job.axes.map(({ path, value }) => [path, value])),
    summary,
    expectations: applicable(verdicts).map((verdict) => ({
      text: verdict.expectation.text,
      actual: inBaseUnits(verdict),
      shown: showActual(verdict),
      pass: verdict.pass,
    })),
    pass: applicable(verdicts).every(({ pass }) => pass),
    digest,
    events,
    wallSeconds,
    pending: outcome.pending,
    refused: outcome.refused,
    assumptions: loaded.assumptions.map(({ field, value, mark }) => ({ field, value, mark })),
    ignored: loaded.ignored.map(({ object, path }) => (path === '' ? object : `${object}: ${path}`)),
    caveats: outcome.caveats,
    notes: [...loaded.warnings.map(formatProblem), ...loaded.notes],
    folder,
    table: (name) => rowsOf(outcome, name),
  };
}

function rowsOf<T extends TableName>(outcome: FinishedRun, name: T): Row<T>[] {
  if (!Object.hasOwn(catalogue, name)) {
    throw new InputError(
      `there is no table "${name}", expected one of ${tableNames.join(', ')}${didYouMean(name, tableNames)}`,
    );
  }
  const wanted: TableName = name;
  const found: unknown[] = [];
  writeTables(outcome, {
    write(table, rows) {
      if (table === wanted) for (const row of rows) found.push(row);
    },
  });
  return found as Row<T>[];
}
