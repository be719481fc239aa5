// Results as a report reads them, without files: events.csv alone.
import type { JobResults } from '../../src/report/read.ts';
import type { FinishedRun } from '../../src/world/run.ts';
import { eventRows } from '../../src/world/tables.ts';

export interface EventLine {
  readonly time_seconds: number;
  readonly source: string;
  readonly reason: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly message: string;
}

/** A job of so many seconds whose only table is events.csv. */
export function jobOfEvents(events: readonly EventLine[], durationSeconds: number): JobResults {
  const table = {
    rows: events.length,
    text: (column: keyof EventLine) => events.map((event) => String(event[column])),
    numbers: (column: keyof EventLine) => Float64Array.from(events, (event) => Number(event[column])),
  };
  return {
    folder: '',
    run: { duration_seconds: durationSeconds },
    table: () => table,
    rowsOf: () => table,
  } as unknown as JobResults;
}

export function eventsOnly({ world }: FinishedRun): JobResults {
  return jobOfEvents([...eventRows(world.state)], world.engine.now / 1e6);
}
