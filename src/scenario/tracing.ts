// Whether requests are traced: where the scenario says so, or a figure asks.
import type { Tracing } from '../model/settings/tracing.ts';
import type { LoadedScenario } from './scenario.ts';

/** What is traced where only an expectation asks for it: every request, so that few are enough. */
const ALL: Tracing = { sample: 1, traces: 0, slowest: 0 };
const FIGURES = /^(edge|saturation)\.|\.breakdown\./;

export function tracingOf({ scenario }: LoadedScenario): Tracing | undefined {
  const { tracing, expect } = scenario;
  return tracing ?? (expect.some(({ figure }) => FIGURES.test(figure.pattern)) ? ALL : undefined);
}
