// What was measured → a scenario's service times, concurrency, start-ups and pulls, how well each of them is known, and what cannot be.
import { InputError } from '../../lib/errors.ts';
import { didYouMean } from '../../lib/suggest.ts';
import { behaviorOf } from '../../scenario/behaviors.ts';
import type { InputDocument } from '../../scenario/document.ts';
import type { LoadedScenario } from '../../scenario/scenario.ts';
import { type Estimate, lognormalOf } from '../../statistics/fits.ts';
import { rankedScore, type Weighted } from '../../statistics/ranked-score.ts';
import type { Families } from '../../world/families.ts';
import { type BehaviorEdit, settingsOf } from './behavior-edits.ts';
import { secondsAt, weightedOf } from './durations.ts';
import type { Measured } from './measured.ts';
import { pullsOf, type PullFit } from './pulls.ts';
import { fitServiceTimes } from './service-times.ts';
import { editOf, type SeenBy, Simulator } from './simulator.ts';
import { imagesOf, type Target, targetsOf } from './targets.ts';
import { type KnownConcurrency, knownWith } from './uncertainty.ts';

export interface CalibrateOptions {
  readonly families: Families;
  readonly seenBy: SeenBy;
  /** Of each look at the scenario. */
  readonly seeds: number;
  /** Called after each run, with how many there were. */
  readonly onRun: (runs: number) => void;
}

export interface Concurrency {
  readonly value: number;
  /** What agrees with the measurement as well: undefined where nothing bounds it. */
  readonly low: number | undefined;
  readonly high: number | undefined;
}

export interface QuantilePair {
  readonly share: number;
  readonly measured: number;
  readonly simulated: number;
}

export interface ServiceFit {
  readonly service: string;
  readonly image: string;
  /** Requests that were measured; undefined where the input does not say. */
  readonly count: number | undefined;
  /** Of its service time, seconds. */
  readonly median: Estimate;
  readonly sigma: Estimate;
  readonly concurrency: Concurrency;
  /** Mean continuous ranked probability scores, seconds: of the scenario as it was, as it is now, and the least that any distribution could have. */
  readonly score: { readonly before: number; readonly after: number; readonly least: number };
  /** Whether the measurement could come from the fitted scenario, at 5 %. */
  readonly agrees: boolean;
  readonly pairs: readonly QuantilePair[];
}

export interface StartupFit {
  readonly image: string;
  readonly count: number;
  /** Seconds. */
  readonly median: Estimate;
  readonly sigma: Estimate;
}

export interface Calibration {
  readonly services: readonly ServiceFit[];
  readonly startups: readonly StartupFit[];
  readonly pulls: PullFit | undefined;
  /** What cannot be told from what was measured: a sentence each. */
  readonly unidentified: readonly string[];
  /** What changes the scenario, as `--set` takes it. */
  readonly set: readonly string[];
  readonly runs: number;
}

/** `document` is the Scenario as it was loaded. Throws an InputError. */
export function calibrate(
  loaded: LoadedScenario,
  document: InputDocument,
  measured: Measured,
  { families, seenBy, seeds, onRun }: CalibrateOptions,
): Calibration {
  const targets = targetsOf(loaded, measured.durations);
  const simulator = new Simulator(loaded, document, families, targets, { seenBy, onRun });
  const edits: BehaviorEdit[] = [];
  const services: ServiceFit[] = [];
  if (targets.length > 0) {
    const before = simulator.all(undefined, seeds).map(weightedOf);
    const times = fitServiceTimes(simulator, targets, seeds);
    const known = knownWith(simulator, targets, times, seeds);
    for (const [at, target] of targets.entries()) {
      services.push(serviceFit(target, times[at].setting.concurrency, known[at], before[at]));
      edits.push(editOf(target, times[at].setting));
    }
  }
  const startups = startupsOf(loaded, measured.startups);
  for (const { image, median, sigma } of startups) {
    const lognormal = {
      median: `${Math.max(1, Math.round(median.value * 1e6))}us`,
      sigma: Number(sigma.value.toPrecision(4)),
    };
    edits.push({ image, fields: { startup: { lognormal } } });
  }
  const pulls = measured.pulls.length === 0 ? undefined : pullsOf(measured.pulls);
  return {
    services,
    startups,
    pulls,
    unidentified: [...unidentifiedOf(services, startups, loaded), ...(pulls?.unidentified ?? [])],
    set: [...settingsOf(document, edits), ...(pulls?.set ?? [])],
    runs: simulator.runs,
  };
}

function serviceFit(
  target: Target,
  concurrency: number,
  { known, low, high }: KnownConcurrency,
  before: Weighted,
): ServiceFit {
  const { service, image, measured } = target;
  const { median, sigma, misfit, mostMisfit, fresh } = known;
  const { weighted } = measured;
  const seconds = secondsAt(
    fresh,
    measured.points.map(({ share }) => share),
  );
  return {
    service,
    image,
    count: measured.count,
    median,
    sigma,
    concurrency: { value: concurrency, low, high },
    score: {
      before: rankedScore(before, weighted),
      after: rankedScore(weightedOf(fresh), weighted),
      least: rankedScore(weighted, weighted),
    },
    agrees: misfit <= mostMisfit,
    pairs: measured.points.map(({ share, seconds: one }, at) => ({ share, measured: one, simulated: seconds[at] })),
  };
}

/** Throws an InputError for an image that no pod of the scenario has. */
function startupsOf(loaded: LoadedScenario, startups: Measured['startups']): StartupFit[] {
  const images = imagesOf(loaded);
  return [...startups].map(([image, seconds]) => {
    if (!images.includes(image)) {
      const near = didYouMean(image, images);
      throw new InputError(
        `no pod of the scenario has the image ${image}, expected one of ${images.join(', ')}${near}`,
      );
    }
    return { image, count: seconds.length, ...lognormalOf(seconds) };
  });
}

function unidentifiedOf(
  services: readonly ServiceFit[],
  startups: readonly StartupFit[],
  loaded: LoadedScenario,
): string[] {
  const sentences: string[] = [];
  for (const { service, image, count, concurrency, agrees } of services) {
    const { value, low, high } = concurrency;
    if (high === undefined) {
      const others =
        low === undefined
          ? 'Other numbers of requests at a time, also far more,'
          : `Any ${low} or more requests at a time`;
      sentences.push(
        `${service}: concurrency. ${others} would give these durations, each with a service time of its own, which is in the interval of the median. ${value} is written. Durations under another load, or knowing the number, tell more`,
      );
    }
    if (count === undefined)
      sentences.push(
        `${service}: how many requests the quantiles are of. The intervals are those of as many as were simulated`,
      );
    if (!agrees) {
      sentences.push(
        `${service}: what else shapes its durations. No lognormal service time and concurrency of ${image} gives what was measured, by more than chance: look at the QQ chart`,
      );
    }
  }
  const started = new Set(startups.map(({ image }) => image));
  const unseen = imagesOf(loaded).filter((image) => !started.has(image));
  for (const image of unseen) {
    const { startup } = behaviorOf(loaded.scenario, image);
    sentences.push(
      `${image}: start-up. No start of it was measured; ${startup.type === 'constant' && startup.value === 0 ? 'it takes no time' : 'it stays as the scenario has it'}`,
    );
  }
  for (const { image, count, median } of startups) {
    if (median.low === undefined) sentences.push(`${image}: how much start-ups vary. ${count} of them say too little`);
  }
  return sentences;
}
