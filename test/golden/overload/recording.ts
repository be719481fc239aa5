// The recordings of overloaded API servers: what was done, the levels and their limits, and what was seen each second.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { goldenFolder, hasRecords, readRecords } from '../harness.ts';

export const OVERLOAD = 'timelines-ha/overload';

export interface LevelGauges {
  readonly current_limit_seats: number;
  readonly demand_seats_high_watermark: number;
  readonly demand_seats_smoothed: number;
  readonly lower_limit_seats: number;
  readonly nominal_limit_seats: number;
  readonly upper_limit_seats: number;
}

export type Levels = Readonly<Record<string, LevelGauges>>;

interface Setup {
  readonly levels_before_the_flood: Levels;
  readonly limits_during: readonly (readonly Levels[])[];
  readonly flood: string;
  readonly actions_of_each_run: readonly (readonly {
    readonly what: string;
    readonly seconds?: number;
    readonly wait_after_429?: string;
  }[])[];
}

interface Figure {
  readonly values: readonly unknown[];
}

/** A second of one flow with one outcome, or a meta line. */
export interface Line {
  readonly t0_utc?: string;
  readonly t?: number;
  readonly k?: string;
  readonly flow?: string;
  readonly out?: string;
  readonly n?: number;
  /** Of the time from the request to its answer, ms. */
  readonly mean?: number;
  readonly level?: string;
  readonly row?: readonly string[];
}

export interface Recording {
  readonly name: string;
  readonly setup: Setup;
  readonly figures: Readonly<Record<string, Figure>>;
  readonly runs: number;
}

export function recordings(): Recording[] {
  if (!hasRecords(OVERLOAD)) return [];
  return readdirSync(join(goldenFolder(), OVERLOAD))
    .toSorted()
    .map((name) => ({
      name,
      setup: JSON.parse(textOf(name, 'setup.json')) as Setup,
      figures: (JSON.parse(textOf(name, 'summary.json')) as Pick<Recording, 'figures'>).figures,
      runs: readdirSync(join(goldenFolder(), OVERLOAD, name, 'runs')).length,
    }));
}

export function linesOf({ name }: Recording, run: number): Line[] {
  return readRecords<Line>(`${OVERLOAD}/${name}/runs/run${run}.jsonl.gz`);
}

function textOf(name: string, file: string): string {
  return readFileSync(join(goldenFolder(), OVERLOAD, name, file), 'utf8');
}
