// What became of the objectives in a run: where they held, how long each fault hurt, what it cost.
import type { Row } from '../../metrics/catalogue.ts';
import type { Objectives } from '../../model/settings/objectives.ts';
import type { ClusterState } from '../../model/state.ts';
import type { Measure } from '../measure.ts';
import { heldIntervals } from './held.ts';
import { lostRequests } from './lost-requests.ts';
import { faultsOf, recoveries, type Recovery } from './recoveries.ts';

export interface ObjectivesOutcome {
  readonly objectives: Objectives;
  /** By interval: 1 where all of them hold. */
  readonly held: Uint8Array;
  readonly recoveries: readonly Recovery[];
  /** Requests lost to faults; undefined without a fault. */
  readonly lost: number | undefined;
}

export function objectivesOutcome(
  objectives: Objectives,
  hasTraffic: boolean,
  warmupUs: number,
  state: ClusterState,
  measure: Measure,
): ObjectivesOutcome {
  const { series } = measure;
  const held = heldIntervals(objectives, hasTraffic, measure);
  const faults = faultsOf(state);
  const ends = series.map(({ time_seconds }) => time_seconds * 1e6);
  return {
    objectives,
    held,
    recoveries: recoveries(faults, held, ends),
    lost: lostRequests(series, warmupUs, faults[0]?.atUs),
  };
}

/** The summary's columns of them; `errorRatio` is that of the summary. */
export function objectiveColumns({ objectives, recoveries: all, lost }: ObjectivesOutcome, errorRatio: number | null) {
  const worst = Math.max(...all.map(({ durationUs }) => durationUs));
  return {
    requests_lost: lost ?? null,
    error_budget_burnt_ratio:
      errorRatio === null || !objectives.stated ? null : errorRatio / (1 - objectives.availability),
    recovery_duration_seconds: Number.isFinite(worst) ? worst / 1e6 : null,
  };
}

/** The rows of faults.csv. */
export function faultRows({ recoveries: all }: ObjectivesOutcome, { series }: Measure): Row<'faults'>[] {
  return all.map(({ atUs, message, durationUs, from, to }) => ({
    time_seconds: atUs / 1e6,
    fault: message,
    recovered: Number.isFinite(durationUs) ? 1 : 0,
    recovery_seconds: Number.isFinite(durationUs) ? durationUs / 1e6 : null,
    requests_failed: series.slice(from, to).reduce((sum, row) => sum + row.requests_failed, 0),
  }));
}
