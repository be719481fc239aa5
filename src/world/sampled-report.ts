// What a run with sampled requests tells of itself: how much was simulated, what is known how well, and what is not.
import type { Row } from '../metrics/catalogue.ts';
import { Histogram } from '../metrics/histogram.ts';
import type { RegimeRecord, SampledRecord } from '../metrics/sampled-record.ts';
import { usualAutoscaling } from '../scenario/autoscaling.ts';
import { whyInFull } from '../scenario/sampled.ts';
import type { LoadedScenario } from '../scenario/scenario.ts';
import { Outcome } from '../traffic/calls.ts';
import { Tally } from '../traffic/meters.ts';
import type { Estimate } from '../traffic/sampled/batches.ts';
import {
  type Counted,
  cpuInterval,
  errorRatioInterval,
  meanInterval,
  quantileInterval,
} from '../traffic/sampled/intervals.ts';
import type { Regime } from '../traffic/sampled/regime.ts';
import type { Traffic } from '../traffic/traffic.ts';
import { sizeBounds } from './size-bounds.ts';

/** More of them are counted and left out, those that stood for the fewest requests first. */
const MOST_REGIMES = 100;
const MOST_NAMED = 5;

/** Undefined where every request was to be simulated. */
export function sampledRecord(
  loaded: LoadedScenario,
  traffic: Traffic,
  autoscalers: Iterable<Row<'autoscalers'>>,
): SampledRecord | undefined {
  const { trafficError, autoscaling, preset, warmupUs } = loaded.scenario;
  if (trafficError === undefined) return undefined;
  const counted = countedIn(traffic);
  const { sampling } = traffic;
  const unfinished = [...(sampling?.all ?? [])].filter((component) => component.unfinished > 0);
  const { regimes } = counted;
  const shown = regimes.toSorted((one, other) => other.requests - one.requests).slice(0, MOST_REGIMES);
  return {
    error: trafficError,
    in_full: whyInFull(loaded),
    requests_simulated_ratio: counted.ended === 0 ? 1 : Math.min(1, counted.simulated / counted.ended),
    intervals:
      counted.ended === 0 || regimes.length === 0
        ? {}
        : {
            requests_error_ratio: bounds(errorRatioInterval(counted), 1),
            request_duration_seconds_mean: bounds(meanInterval(counted), 1e6),
            cpu_seconds_per_request: bounds(cpuInterval(counted), 1e6),
            request_duration_seconds_p50: bounds(quantileInterval(counted, 0.5), 1e6),
            request_duration_seconds_p99: bounds(quantileInterval(counted, 0.99), 1e6),
          },
    autoscaler_replicas:
      regimes.length === 0
        ? {}
        : sizeBounds(autoscalers, (autoscaling ?? usualAutoscaling(preset)).autoscalers.tolerance, warmupUs / 1e6),
    measured: regimes.filter(({ withinError }) => withinError).length,
    measured_in_vain: unfinished.map(({ group, unfinished: requests }) => ({
      services: group.services.map((service) => traffic.meters.names[traffic.serviceMeter(service)]).join(' '),
      requests,
    })),
    regimes: shown.map(regimeRecord),
  };
}

function countedIn({ meters, sources, sampling }: Traffic): Counted {
  const latencies = new Histogram();
  let ended = 0;
  let well = 0;
  for (const source of sources.keys()) {
    latencies.merge(meters.latencies(source));
    for (let outcome = 0; outcome < Tally.Begun; outcome += 1) ended += meters.warmed(source, outcome);
    well += meters.warmed(source, Outcome.Ok);
  }
  const regimes = (sampling?.known.all ?? []).filter(({ withinError, requests }) => withinError || requests > 0);
  const expected = regimes.reduce((sum, { requests }) => sum + requests, 0);
  const vain = (sampling?.all ?? []).flatMap((component) => component.vain);
  return { regimes, vain, latencies, ended, failed: ended - well, simulated: ended - expected };
}

function bounds({ low, high }: { readonly low: number; readonly high: number }, unit: number): [number, number] {
  return [low / unit, high / unit];
}

function regimeRecord({ name, findings, measuredFromUs, measuredUs, requests, endpoints }: Regime): RegimeRecord {
  const known = ({ value, half }: Estimate, unit: number): [number, number] => [value / unit, half / unit];
  return {
    services: name,
    endpoints: Array.from(endpoints, (logarithm) => Math.round(Math.E ** logarithm)),
    requests_per_second: findings.requests / (measuredUs / 1e6),
    measured_at_seconds: measuredFromUs / 1e6,
    measured_requests: findings.requests,
    expected_requests: Math.round(requests),
    request_duration_seconds_mean: known(findings.mean, 1e6),
    request_duration_seconds_p50: known(findings.p50, 1e6),
    request_duration_seconds_p99: known(findings.p99, 1e6),
    requests_error_ratio: known(findings.errorRatio, 1),
    cpu_seconds_per_request: known(findings.cpuUs, 1e6),
  };
}

/** One sentence for people. */
export function sampledSentence(record: SampledRecord): string {
  const { error, in_full: inFull, requests_simulated_ratio: share, measured } = record;
  const percent = (ratio: number): string => `${Number((100 * ratio).toPrecision(2))} %`;
  if (inFull.length > 0) return `Every request was simulated, although trafficMode is sampled: ${inFull.join('; ')}.`;
  if (measured === 0) return 'Every request was simulated: nothing was known to the error before the run ended.';
  return `${percent(share)} of the requests were simulated. The others are counted in expectation, by ${measured} measured ${measured === 1 ? 'regime' : 'regimes'}, each known to ${percent(error)}.`;
}

const FIGURES = [
  ['requests_error_ratio', 'failed', 100, ' %'],
  ['request_duration_seconds_mean', 'mean', 1e3, 'ms'],
  ['request_duration_seconds_p50', 'median', 1e3, 'ms'],
  ['request_duration_seconds_p99', 'p99', 1e3, 'ms'],
] as const;

/** The bounds, in a sentence; empty where there are none. */
export function boundsSentence({ intervals }: SampledRecord): string {
  const bounds = FIGURES.flatMap(([column, name, factor, unit]) => {
    const interval = intervals[column];
    if (interval === undefined) return [];
    const [low, high] = interval.map((bound) => Number((bound * factor).toPrecision(4)));
    return [`${name} ${low} to ${high}${unit}`];
  });
  return bounds.length === 0 ? '' : `In 95 of 100 cases the full run has: ${bounds.join(', ')}.`;
}

/** For the report: the sentence, the bounds, and which Services were measured without becoming known. */
export function sampledNotes(record: SampledRecord): string[] {
  const vain = record.measured_in_vain.toSorted((one, other) => other.requests - one.requests);
  const named = vain.slice(0, MOST_NAMED).map(({ services, requests }) => `${services} (${requests} requests)`);
  const more = vain.length > MOST_NAMED ? ` and ${vain.length - MOST_NAMED} more` : '';
  const unknown = `Measured, and not known before something changed or another one was, so that the bounds know least of them: ${named.join(', ')}${more}; regimes.csv says when.`;
  return [sampledSentence(record), boundsSentence(record), ...(vain.length === 0 ? [] : [unknown])].filter(
    (sentence) => sentence !== '',
  );
}
