// Runs a model until its figures are precise enough, and compares them with the tables.
import { CALL, CallerState, Field, Outcome } from '../../src/traffic/calls.ts';
import { buildWorld, type World } from '../../src/world/build.ts';
import { builtInFamilies } from '../../src/world/families.ts';
import { FleetProbe } from './fleet-probe.ts';
import type { RunSpec } from './runs.ts';
import { Probe } from './probe.ts';
import { controlled, type Estimate, estimate, estimates, type Figure, Sample } from './sample.ts';
import { START_US, UNIT_US } from './scenarios.ts';

const BATCHES = 40;

/** The requests of the shortest run, its start included. */
export function leastRequests({ warmup, batch, rate }: RunSpec): number {
  return (warmup + BATCHES * batch) * rate;
}

/** A figure that is wanted of a run, and how small its relative standard error has to be. */
export interface Wish {
  readonly figure: Figure;
  readonly precision: number;
  /** What theory says: a value that is 0 or too rare is not waited for. */
  readonly truth: number;
}

export interface Measured {
  readonly estimates: readonly Estimate[];
  /** Requests, or failures of machines, that the figures are from. */
  readonly customers: number;
  /** A control variate is more than four standard errors off its mean: the run is not of this model. */
  readonly astray: boolean;
}

/**
 * Runs 40 batches, and doubles their length until every wish is fulfilled or `atMost` is reached. Requests are conserved, or
 * the run stops with an error.
 */
export function measure(spec: RunSpec, wishes: readonly Wish[], atMost = spec.atMost): Measured {
  const world = buildWorld(spec.load(), hash(spec.key), { families: builtInFamilies, check: false });
  const { engine } = world;
  const probe = spec.wanted === undefined ? new FleetProbe(world) : new Probe(world, spec.wanted);
  engine.run(Math.round(START_US + spec.warmup * UNIT_US));
  probe.take();
  let batchUs = Math.round(spec.batch * UNIT_US);
  let batches: Sample[] = [];
  for (;;) {
    while (batches.length < BATCHES) {
      engine.run(engine.now + batchUs);
      batches.push(probe.take());
    }
    const customers = (BATCHES * batchUs * spec.rate) / UNIT_US;
    const found = figuresOf(
      spec,
      batches,
      wishes.map(({ figure }) => figure),
    );
    const precise = found.every((one, i) => isPrecise(one, wishes[i]));
    if ((precise && customers >= spec.atLeast) || 2 * customers > Math.min(atMost, spec.atMost)) {
      check(world);
      const controls = (spec.controls ?? []).map(({ figure, mean }) => ({ ...estimate(batches, figure), mean }));
      return {
        estimates: found,
        customers,
        astray: controls.some(({ value, error, mean }) => Math.abs(value - mean) > 4 * error),
      };
    }
    batches = Array.from({ length: BATCHES / 2 }, (_, i) =>
      new Sample().merge(batches[2 * i]).merge(batches[2 * i + 1]),
    );
    batchUs *= 2;
  }
}

function figuresOf({ controls }: RunSpec, batches: readonly Sample[], figures: readonly Figure[]): Estimate[] {
  if (controls === undefined) return estimates(batches, figures);
  return figures.map((figure) => controlled(batches, figure, controls));
}

/** With a margin, since the error is itself an estimate. */
function isPrecise({ value, error }: Estimate, { precision, truth }: Wish): boolean {
  return truth === 0 || Math.abs(truth) < TOO_RARE || (value !== 0 && error / Math.abs(value) <= 0.9 * precision);
}

/** A chance below this is not seen often enough in any run that somebody would wait for. */
export const TOO_RARE = 1e-6;

/** Requests are conserved; and Little's law, exactly: what all have spent here is the time integral of how many there were. */
function check(world: World): void {
  const { meters, sources, sites, calls } = world.traffic;
  const { now } = world.engine;
  world.traffic.check();
  for (const source of sources.keys()) {
    // Those that failed are not timed.
    if (meters.ended(source) !== meters.total(source, Outcome.Ok)) continue;
    meters.roll(source);
    let spentUs = meters.latencies(source).sum;
    for (let row = 0; row < calls.used; row += 1) {
      const at = CALL * row;
      const open = calls.ints[at + Field.Caller] !== CallerState.Gone && calls.ints[at + Field.Parent] < 0;
      if (open && sites.sourceOf(calls.ints[at + Field.Site]) === source)
        spentUs += now - calls.reals[(CALL / 2) * row];
    }
    const areaUs = meters.areaUs(source, now);
    if (areaUs !== spentUs)
      throw new Error(`${sources[source].name}: L·t is ${areaUs} µs, the sum of all W ${spentUs} µs`);
  }
}

function hash(text: string): number {
  let value = 7;
  for (const character of text) value = (Math.imul(value, 31) + (character.codePointAt(0) ?? 0)) | 0;
  return value >>> 1;
}
