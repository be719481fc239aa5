// Runs one job from its first instant to its last and gathers what came out.
import { InputError } from '../lib/errors.ts';
import type { Row, TableName } from '../metrics/catalogue.ts';
import type { Job } from '../scenario/scenario.ts';
import { type BuildOptions, buildWorld, type World } from './build.ts';
import { judge, showDuration, type Verdict } from './expectations.ts';
import { faultRows, objectivesOutcome, type ObjectivesOutcome } from './objectives/outcome.ts';
import { type PendingPods, pendingPods } from './pending.ts';
import type { SampledRecord } from '../metrics/sampled-record.ts';
import { regimeRows } from './regime-rows.ts';
import { sampledRecord } from './sampled-report.ts';
import { criticalPathRows } from './traced/critical-path-rows.ts';
import { eventRows, histogramRows, podRows, summaryRow } from './tables.ts';

export interface SimulationOptions extends BuildOptions {
  /** Called now and then with the share that is done, 0 to 1, and the events handled. */
  readonly onProgress?: (done: number, events: number) => void;
  /** Called once, before the first event. */
  readonly onWorld?: (world: World) => void;
}

export interface FinishedRun {
  readonly world: World;
  readonly outcome: ObjectivesOutcome;
  readonly summary: Row<'summary'>;
  readonly verdicts: readonly Verdict[];
  /** Pods without a node at the end, by reason. */
  readonly pending: readonly PendingPods[];
  /** Commands of the timeline that were refused: `at 2m, scale web to 5: error: …`. */
  readonly refused: readonly string[];
  /** What must be known before the figures are read: of the input, and of what happened. */
  readonly caveats: readonly string[];
  /** Undefined where every request was to be simulated. */
  readonly sampled: SampledRecord | undefined;
  readonly digest: string;
  readonly events: number;
}

/** A run that stopped: the error, and the event during which it happened. */
class RunFailure extends Error {
  override readonly name = 'RunFailure';
}

/** Parts of a run's duration that are simulated one after the other. */
const PARTS = 1000;

/** A run that is taken part by part. It throws what `runJob` throws. */
export interface RunUnderWay {
  /** Simulates the next part of its duration; false when that was the last. */
  advance(): boolean;
  /** What has come out up to now. */
  soFar(): Row<'summary'>;
  /** To be called once, after the last part. */
  finish(): FinishedRun;
}

/** A run that is taken from moment to moment, and may be ended at any of them. It throws what `runJob` throws. */
export interface OpenRun {
  readonly world: World;
  /** Simulates everything up to that time, µs, and what happens then. */
  advanceTo(timeUs: number): void;
  /** What has come out up to now. */
  soFar(): Row<'summary'>;
  /** To be called once. `ended`: the job as one that was to last until now, where it was to last longer. */
  finish(ended?: Job): FinishedRun;
}

/** Throws an InputError for a scenario that names what does not exist, a RunFailure for a broken invariant or another bug. */
export function runJob(job: Job, options: SimulationOptions): FinishedRun {
  const run = beginRun(job, options);
  while (run.advance());
  return run.finish();
}

export function beginRun(job: Job, options: SimulationOptions): RunUnderWay {
  const { durationUs } = job.loaded.scenario;
  const run = openRun(job, options);
  const { engine } = run.world;
  let part = 0;
  return {
    advance() {
      part += 1;
      run.advanceTo(Math.floor((durationUs * part) / PARTS));
      options.onProgress?.(part / PARTS, engine.events);
      return part < PARTS;
    },
    soFar: () => run.soFar(),
    finish: () => run.finish(),
  };
}

export function openRun(job: Job, options: SimulationOptions): OpenRun {
  const world = buildWorld(job.loaded, job.seed, options);
  const { engine } = world;
  options.onWorld?.(world);
  return {
    world,
    advanceTo: (timeUs) => placed(job, world, () => engine.run(timeUs)),
    soFar: () => summaryOf(job, world, engine.now, outcomeOf(job, world)),
    finish(ended = job) {
      placed(job, world, () => {
        world.measure.finish();
        world.invariants?.scan();
        world.traffic.check();
      });
      return finished(ended, world);
    },
  };
}

/** An error that is not the input's gets the time and the event at which it happened. */
function placed({ seed }: Job, { engine }: World, simulate: () => void): void {
  try {
    simulate();
  } catch (error) {
    if (error instanceof InputError) throw error;
    const { failure } = engine;
    const where =
      failure === undefined
        ? `at ${engine.now / 1e6} s`
        : `at ${failure.timeUs / 1e6} s, event ${failure.kind}(${failure.a}, ${failure.b})`;
    throw new RunFailure(`${(error as Error).message}\n  ${where}, seed ${seed}`, { cause: error });
  }
}

function outcomeOf({ loaded: { scenario } }: Job, { state, measure }: World): ObjectivesOutcome {
  const { objectives, traffic, warmupUs } = scenario;
  return objectivesOutcome(objectives, traffic.length > 0, warmupUs, state, measure);
}

function summaryOf(job: Job, world: World, durationUs: number, outcome: ObjectivesOutcome): Row<'summary'> {
  const { scenario } = job.loaded;
  return summaryRow(
    {
      scenario: scenario.name,
      job: job.id,
      seed: String(job.seed),
      durationUs,
      warmupUs: scenario.warmupUs,
      events: world.engine.events,
    },
    world.api,
    world.traffic,
    world.gauges,
    world.measure,
    world.scheduler.counts,
    outcome,
  );
}

function finished(job: Job, world: World): FinishedRun {
  const { scenario } = job.loaded;
  const { engine } = world;
  const outcome = outcomeOf(job, world);
  const summary = summaryOf(job, world, scenario.durationUs, outcome);
  const verdicts = judge(scenario.expect, {
    state: world.state,
    measure: world.measure,
    requests: world.measure,
    summary,
    rollouts: world.controllers.rollouts,
    durationUs: scenario.durationUs,
    warmupUs: scenario.warmupUs,
    outcome,
  });
  return {
    world,
    outcome,
    summary,
    verdicts,
    pending: pendingPods(world),
    refused: [...world.kubectl.refusals, ...world.kubectl.unfinished].map(
      ({ givenUs, message }) => `at ${showDuration(givenUs)}, ${message}`,
    ),
    caveats: [...job.loaded.caveats, ...world.measure.cpuExcess.warnings()],
    sampled: sampledRecord(job.loaded, world.traffic, world.measure.autoscalers.rows()),
    digest: engine.digest(),
    events: engine.events,
  };
}

/** Where the rows of tables go. */
export interface TableSink {
  write<T extends TableName>(table: T, rows: Iterable<Row<T>>): void;
}

/** Writes every table of the outcome; the long ones are made row by row. */
export function writeTables({ world, summary, outcome, sampled }: FinishedRun, sink: TableSink): void {
  const { measure, state, traffic, gauges } = world;
  sink.write('summary', [summary]);
  sink.write('series', measure.series);
  sink.write('services', measure.services);
  sink.write('revisions', measure.revisions);
  sink.write('revisionRequests', measure.revisionsServed?.rows() ?? []);
  sink.write('classes', measure.classes.rows);
  sink.write('users', measure.users.rows);
  sink.write('caches', measure.caches.rows);
  sink.write('messages', measure.messages.rows);
  sink.write('databases', measure.databases.rows);
  sink.write('dns', measure.names.rows);
  sink.write('connections', measure.connections.rows);
  sink.write('endpoints', measure.connections.endpoints);
  sink.write('conntrack', measure.connections.conntrack);
  sink.write('snat', measure.connections.snat);
  sink.write('gateways', measure.gateways.rows());
  sink.write('mesh', measure.mesh.rows());
  sink.write('denials', measure.denials?.rows() ?? []);
  sink.write('regimes', regimeRows(traffic, sampled, world.engine.now));
  sink.write('workloads', measure.workloads.rows());
  sink.write('ordinals', measure.ordinals.rows(world.engine.now));
  sink.write('batch', measure.jobs.rows());
  sink.write('training', measure.training.rows());
  sink.write('queues', measure.jobQueues.rows);
  sink.write('leaders', measure.leaders.rows());
  sink.write('levels', measure.levels.rows);
  sink.write('etcd', measure.etcd?.rows ?? []);
  sink.write('apiClients', measure.levels.clientRows);
  sink.write('throttling', measure.throttling?.rows ?? []);
  sink.write('edges', measure.traced?.edges.rows() ?? []);
  sink.write('breakdown', measure.traced?.breakdown.rows() ?? []);
  sink.write('criticalPath', criticalPathRows(traffic));
  sink.write('saturation', measure.traced?.saturation.rows ?? []);
  sink.write('policies', measure.policies.rows);
  sink.write('nodepools', measure.nodePools.rows);
  sink.write('costs', measure.costs?.rows ?? []);
  sink.write('egress', measure.egress.rows);
  sink.write('autoscalers', measure.autoscalers.rows());
  sink.write('recommendations', measure.recommendations.rows());
  sink.write('quotas', measure.quotas.rows());
  sink.write('pods', podRows(state, gauges));
  sink.write('nodes', measure.nodes);
  sink.write('pressure', measure.pressure.rows());
  sink.write('faults', faultRows(outcome, measure));
  sink.write('events', eventRows(state));
  sink.write('histograms', histogramRows(traffic, gauges));
}
