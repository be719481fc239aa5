// Figures of expectations while the run goes on: over the last intervals that are complete.
import { assert } from '../lib/assert.ts';
import type { Row } from '../metrics/catalogue.ts';
import type { FigureValues } from '../model/ports/monitoring.ts';
import type { Objectives } from '../model/settings/objectives.ts';
import type { ClusterState } from '../model/state.ts';
import { partsOf } from '../scenario/expect.ts';
import { type FigureSources, qualified, type RolloutSpan } from './figures/figure.ts';
import { figures } from './figures/index.ts';
import type { Measure } from './measure.ts';
import { objectivesOutcome } from './objectives/outcome.ts';

/** A figure of a window reads nothing of the summary, which there is only after the run. */
const NO_SUMMARY = {} as Row<'summary'>;

export class LateFigures implements FigureValues {
  readonly #measure: Measure;
  readonly #state: ClusterState;
  readonly #rollouts: () => readonly RolloutSpan[];
  readonly #objectives: Objectives;
  readonly #hasTraffic: boolean;

  constructor(
    measure: Measure,
    state: ClusterState,
    objectives: Objectives,
    hasTraffic: boolean,
    rollouts: () => readonly RolloutSpan[],
  ) {
    this.#rollouts = rollouts;
    this.#measure = measure;
    this.#state = state;
    this.#objectives = objectives;
    this.#hasTraffic = hasTraffic;
  }

  /** Durations in seconds; undefined before the first interval ends, and where there was nothing to measure. */
  read(name: string, windowUs: number): number | undefined {
    const parts = partsOf(name, figures);
    assert(parts !== undefined && !parts.pattern.wholeRun, () => `no figure ${name} of a part of the run`);
    const { series } = this.#measure;
    const last = series.at(-1);
    if (last === undefined) return undefined;
    const toUs = last.time_seconds * 1e6;
    const fromUs = Math.max(0, toUs - windowUs);
    const from = series.findIndex(({ time_seconds }) => time_seconds * 1e6 > fromUs);
    const start = from === 0 ? 0 : series[from - 1].time_seconds;
    const value = parts.pattern.measure(
      {
        span: { from, to: series.length, seconds: last.time_seconds - start },
        names: Object.fromEntries(Object.entries(parts.names).map(([role, one]) => [role, qualified(one)])),
        window: { fromUs, toUs },
        aggregate: parts.pattern.gauge ? parts.aggregate : undefined,
      },
      this.sources(toUs),
    );
    return value !== undefined && parts.pattern.unit === 'us' ? value / 1e6 : value;
  }

  /** What there is to measure figures from until then. */
  sources(untilUs: number): FigureSources {
    const [state, measure, objectives, hasTraffic] = [this.#state, this.#measure, this.#objectives, this.#hasTraffic];
    return {
      state,
      measure,
      requests: measure,
      summary: NO_SUMMARY,
      get outcome() {
        return objectivesOutcome(objectives, hasTraffic, 0, state, measure);
      },
      rollouts: this.#rollouts(),
      durationUs: untilUs,
      warmupUs: 0,
    };
  }
}
