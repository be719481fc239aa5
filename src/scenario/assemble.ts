// The checked Scenario document and its objects → the Scenario: references resolved, times within the run, places kept.
import type { Path } from '../lib/path.ts';
import { databaseNames } from './databases.ts';
import { didYouMean } from '../lib/suggest.ts';
import { axisLabels, valueLabel } from './axes.ts';
import { valueAt } from './document.ts';
import type { InputDocument } from './document.ts';
import { chaosOf, MOMENT_AXIS, TARGET_AXIS } from './chaos/chaos.ts';
import { parseExpectation } from './expect.ts';
import { parseMeasured } from './measured.ts';
import type { Expectation, ExpectContext } from './expect.ts';
import { References } from './known.ts';
import { calledPods } from './pod-names.ts';
import type { Known } from './known.ts';
import { parseTarget, VARIANT_AXIS } from './override.ts';
import type { Problems } from './problems.ts';
import type {
  Overrides,
  PodStream,
  RandomFault,
  Scenario,
  ScenarioObject,
  StaticPod,
  TimelineAction,
  TimelineEntry,
  TrafficSource,
} from './scenario.ts';
import type { ParsedSpec } from './schema/schema.ts';
import type { Settled } from './settle.ts';
import { checkPolicies, checkSpec } from './spec-checks.ts';
import { actionOf } from './timeline-action.ts';
import { variantsOf } from './variants.ts';
import type { FamilySchemas } from './schema/schema.ts';

export interface AssembleOptions {
  readonly document: InputDocument;
  readonly known: Known;
  readonly families: FamilySchemas;
  /** Objects of the timeline's `apply` by the entry's index. */
  readonly applied: ReadonlyMap<number, readonly ScenarioObject[]>;
  readonly streams: readonly PodStream[];
  readonly statics: readonly StaticPod[];
  /** What the timeline does to files of static pods, by the entry's index. */
  readonly staticChanges: ReadonlyMap<number, readonly StaticPod[]>;
  /** The command line gave another duration: what lies after it is left out instead of refused. */
  readonly shortened: boolean;
  /** The command line gave axes: an expectation about a value that is not among theirs is about no cell. */
  readonly varied: boolean;
  /** Figures that the command line asks for. */
  readonly measure: NonNullable<Overrides['measure']>;
  readonly notes: string[];
  readonly caveats: string[];
}

/** Each of them is a row of series.csv, and one of services.csv for each Service. */
const MAX_INTERVALS = 100_000;

/** What is wrong goes to `problems`. */
export function assemble(settled: Settled, options: AssembleOptions, problems: Problems): Scenario {
  const { spec, metadata } = settled.parsed;
  const references = new References(options.document, options.known, problems, options.families);
  if (spec.warmup >= spec.duration) references.fail(['spec', 'warmup'], 'must be shorter than the duration');
  const intervals = Math.ceil(spec.duration / spec.interval);
  if (intervals > MAX_INTERVALS) {
    references.fail(['spec', 'interval'], `makes ${intervals} intervals of the duration, more than ${MAX_INTERVALS}`);
  }
  checkSpec(spec, options.document, options.known, references);
  const { duration, warmup, interval, seed, seeds, startTime, preset } = spec;
  const bench = variantsOf(spec, valueAt(options.document.value, ['spec']), references);
  const sweep = sweepOf(spec, bench, references);
  const context = expectContext(
    spec,
    [...sweep.filter(({ path }) => path !== VARIANT_AXIS), ...variantAxis(bench)],
    options,
  );
  const chaos =
    spec.chaos === undefined
      ? undefined
      : chaosOf(spec.chaos, {
          known: options.known,
          pools: spec.cluster.nodePools,
          masters: spec.controlPlane,
          warmupUs: warmup,
          references,
          expect: context,
          problems,
        });
  return {
    name: metadata.name,
    durationUs: duration,
    warmupUs: warmup,
    intervalUs: interval,
    seed,
    seeds,
    startSeconds: startTime,
    preset,
    cluster: spec.cluster,
    ...nodeAutoscalerOf(spec, references),
    ...(spec.descheduler === undefined ? {} : { descheduler: spec.descheduler }),
    ...jobQueueOf(spec, references),
    controlPlane: spec.controlPlane,
    scheduler: spec.scheduler,
    rollouts: rolloutsOf(spec, references),
    kubelet: spec.kubelet,
    ...(spec.storage === undefined ? {} : { storage: spec.storage }),
    ...(spec.autoscaling === undefined ? {} : { autoscaling: spec.autoscaling }),
    network: spec.network,
    ...(spec.dns === undefined ? {} : { dns: spec.dns }),
    ...(spec.tracing === undefined ? {} : { tracing: spec.tracing }),
    ...(spec.connections === undefined ? {} : { connections: spec.connections }),
    behaviors: spec.behaviors,
    defaultBehavior: settled.defaultBehavior,
    ...(spec.external.length === 0 ? {} : { external: spec.external }),
    ...(spec.readinessGates.length === 0 ? {} : { readinessGates: spec.readinessGates }),
    ...(spec.trafficMode === 'full' ? {} : { trafficError: spec.trafficError }),
    traffic: spec.traffic.map((one, index) => trafficOf(one, index, spec, references)),
    ...(spec.messageQueues.length === 0 ? {} : { messageQueues: spec.messageQueues }),
    timeline: timelineOf(spec, references, options, context, problems),
    ...(spec.apiClients.length === 0 ? {} : { apiClients: spec.apiClients }),
    ...(options.streams.length === 0 ? {} : { podArrivals: options.streams }),
    ...(options.statics.length === 0 ? {} : { staticPods: options.statics }),
    faults: spec.faults.map((one, index) => randomFaultOf(one, index, spec, references)),
    sweep,
    bench,
    objectives: spec.objectives,
    ...(chaos === undefined ? {} : { chaos }),
    expect: withMeasured(
      expectationsOf(spec, context, references, options, problems),
      options.measure.flatMap(
        ({ figure, by }) => problems.attempt(() => parseMeasured(figure, { file: by }, context)) ?? [],
      ),
    ),
  };
}

function jobQueueOf({ jobQueue }: ParsedSpec, references: References): Pick<Scenario, 'jobQueue'> {
  if (jobQueue === undefined) return {};
  references.args(['spec', 'jobQueue'], jobQueue, 'jobQueues');
  return { jobQueue };
}

function nodeAutoscalerOf({ nodeAutoscaler }: ParsedSpec, references: References): Pick<Scenario, 'nodeAutoscaler'> {
  if (nodeAutoscaler === undefined) return {};
  references.args(['spec', 'nodeAutoscaler'], nodeAutoscaler, 'nodeAutoscalers');
  return { nodeAutoscaler };
}

function rolloutsOf(spec: ParsedSpec, references: References): Scenario['rollouts'] {
  return Object.entries(spec.rollouts).map(([key, rollout]) => {
    const [name = '', namespace = 'default'] = key.split('/').reverse();
    references.object(['spec', 'rollouts', key], 'Deployment', namespace, name, true);
    references.args(['spec', 'rollouts', key], rollout, 'rollouts');
    return { namespace, name, rollout };
  });
}

function trafficOf(
  one: ParsedSpec['traffic'][number],
  index: number,
  spec: ParsedSpec,
  references: References,
): TrafficSource {
  const path = ['spec', 'traffic', index];
  references.service([...path, 'to'], one.to);
  if (one.arrivals !== undefined) references.args([...path, 'arrivals'], one.arrivals, 'arrivals');
  checkPolicies([...path, 'policies'], one.policies, 'caller', references);
  for (const [number, { to }] of one.classes?.entries() ?? []) {
    if (to !== one.to) references.service([...path, 'classes', number, 'to'], to);
  }
  const stopUs = Math.min(one.stopUs ?? spec.duration, spec.duration);
  if (one.stopUs !== undefined && one.startUs >= one.stopUs)
    references.fail([...path, 'stop'], 'must be after the start');
  return { ...one, stopUs, place: references.place(path) };
}

function timelineOf(
  spec: ParsedSpec,
  references: References,
  options: AssembleOptions,
  context: ExpectContext,
  problems: Problems,
): TimelineEntry[] {
  const entries: TimelineEntry[] = [];
  const streams = [...options.streams, ...options.statics.map(({ pod }) => pod.object.metadata)].map(
    ({ name }) => name,
  );
  const labels = [...spec.timeline, ...spec.faults].flatMap(({ fault, name }) =>
    fault === undefined ? [] : [name ?? fault.name],
  );
  for (const [index, entry] of spec.timeline.entries()) {
    const path = ['spec', 'timeline', index];
    if (entry.recover !== undefined && !labels.includes(entry.recover)) {
      const hint = labels.length === 0 ? 'there is none' : `expected one of ${labels.join(', ')}`;
      const near = didYouMean(entry.recover, labels);
      references.fail([...path, 'recover'], `there is no fault "${entry.recover}", ${hint}${near}`);
    }
    const changed = options.staticChanges.get(index);
    const action: TimelineAction | undefined =
      changed === undefined
        ? actionOf(entry, path, references, options.applied.get(index) ?? [], streams)
        : { type: 'staticPods', pods: changed };
    const when = whenOf(entry, [...path, 'when'], references, context, problems);
    const atUs = entry.at ?? 0;
    if (action !== undefined) entries.push({ atUs, when, action, place: references.place(path) });
    if (atUs > spec.duration) {
      const { line } = references.place(path);
      const where = line === undefined ? '' : ` (line ${line})`;
      options.caveats.push(`spec.timeline[${index}]${where} is after the end of the run and will not happen`);
    }
  }
  return entries.sort((a, b) => a.atUs - b.atUs);
}

/** A condition is an expectation of what is now, or of the last interval. */
function whenOf(
  { when, again }: ParsedSpec['timeline'][number],
  path: Path,
  references: References,
  context: ExpectContext,
  problems: Problems,
): TimelineEntry['when'] {
  if (when === undefined) return undefined;
  const place = references.place(path);
  const condition = problems.attempt(() => parseExpectation(when, place, context));
  if (condition === undefined) return undefined;
  const { figure, window, where, overSeeds } = condition;
  const pattern = context.figures.find((one) => one.pattern === figure.pattern);
  if (pattern?.wholeRun === true) references.fail(path, `${figure.pattern} has a value only for the whole run`);
  if (window !== undefined || where.length > 0 || overSeeds !== 'all')
    references.fail(path, 'a condition is about now, or the last interval: no `during`, `where` or `over seeds`');
  return { condition, again };
}

function randomFaultOf(
  one: ParsedSpec['faults'][number],
  index: number,
  spec: ParsedSpec,
  references: References,
): RandomFault {
  const path = ['spec', 'faults', index];
  references.args([...path, 'fault'], one.fault, 'faults');
  const untilUs = Math.min(one.until ?? spec.duration, spec.duration);
  if (one.until !== undefined && one.from >= one.until) references.fail([...path, 'until'], 'must be after from');
  return {
    fault: { ...one.fault, label: one.name ?? one.fault.name },
    every: one.every,
    fromUs: one.from,
    untilUs,
    per: one.per,
    place: references.place(path),
  };
}

function sweepOf(spec: ParsedSpec, bench: Scenario['bench'], references: References): Scenario['sweep'] {
  const axes = Object.entries(spec.sweep).flatMap(([path, values]) => {
    const at = ['spec', 'sweep', path];
    const { file } = references.place(at);
    try {
      if (path === VARIANT_AXIS) checkVariants(values, at, bench, references);
      else parseTarget(path, file ?? '');
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      references.fail(at, error.message.replace(`${file ?? ''}: `, ''), true);
      return [];
    }
    const labels = values.map(valueLabel);
    const second = labels.findIndex((label, index) => labels.indexOf(label) !== index);
    if (second !== -1) references.fail([...at, second], `duplicate value ${labels[second]}`);
    return [{ path, values, places: values.map((_, value) => references.place([...at, value])) }];
  });
  const labels = axisLabels(axes.map(({ path }) => path));
  return axes.map((axis, index) => ({ ...axis, label: labels[index] }));
}

/** An axis of the variants of the bench, by name. */
function checkVariants(
  values: readonly unknown[],
  at: readonly (string | number)[],
  bench: Scenario['bench'],
  references: References,
): void {
  const names = bench.map(({ name }) => name);
  for (const [index, value] of values.entries()) {
    if (names.includes(String(value))) continue;
    const expected = names.length === 0 ? 'spec.bench has none' : `expected one of ${names.join(', ')}`;
    references.fail(
      [...at, index],
      `there is no variant ${valueLabel(value)}, ${expected}${didYouMean(String(value), names)}`,
    );
  }
}

/** Kinds that a figure may be of that names a workload: whose pods train together, or are of revisions. */
const WORKLOADS = [
  'Job',
  'StatefulSet',
  'Deployment',
  'ReplicaSet',
  'Pod',
  'DaemonSet',
  'Rollout',
  'ReplicationController',
];

/** The variants of a bench are an axis to expectations. */
function variantAxis(bench: Scenario['bench']): Scenario['sweep'] {
  if (bench.length === 0) return [];
  const values = bench.map(({ name }) => name);
  return [{ path: VARIANT_AXIS, label: VARIANT_AXIS, values, places: bench.map(({ place }) => place) }];
}

interface Axis {
  readonly label: string;
  /** Undefined when they are known only once it is run. */
  readonly values: readonly string[] | undefined;
}

function expectContext(
  spec: ParsedSpec,
  sweep: Scenario['sweep'],
  { known, families: { figures } }: AssembleOptions,
): ExpectContext & { readonly axes: readonly Axis[] } {
  const services = [...known.names('Service'), ...calledPods(spec, known.names('Service'))];
  const objects = {
    deployment: known.names('Deployment'),
    service: services,
    caller: [...spec.traffic.map(({ name }) => name), ...known.names('Service')],
    statefulset: known.names('StatefulSet'),
    daemonset: known.names('DaemonSet'),
    replicaset: known.names('ReplicaSet'),
    replicationcontroller: known.names('ReplicationController'),
    job: known.names('Job'),
    workload: WORKLOADS.flatMap((kind) => known.names(kind)),
    cronjob: known.names('CronJob'),
    hpa: known.names('HorizontalPodAutoscaler'),
    vpa: known.names('VerticalPodAutoscaler'),
    quota: known.names('ResourceQuota'),
    database: databaseNames(spec, known),
  };
  const axes: Axis[] = sweep.map(({ label, values }) => ({ label, values: values.map(valueLabel) }));
  if (spec.chaos !== undefined) {
    for (const label of [TARGET_AXIS, MOMENT_AXIS]) axes.push({ label, values: undefined });
  }
  return { figures, durationUs: spec.duration, intervalUs: spec.interval, objects, axes };
}

function expectationsOf(
  spec: ParsedSpec,
  context: ReturnType<typeof expectContext>,
  references: References,
  options: AssembleOptions,
  problems: Problems,
): Expectation[] {
  const { notes } = options;
  const { axes } = context;
  return spec.expect.flatMap((text, index) => {
    const place = references.place(['spec', 'expect', index]);
    const expectation = problems.attempt(() => parseExpectation(text, place, context));
    if (expectation !== undefined && !options.varied && !isMet(expectation.where, axes)) {
      problems.add(place, `${JSON.stringify(text)}: the sweep has no such cell`);
    }
    if (expectation?.window !== undefined && expectation.window.toUs > spec.duration) {
      const what = `${JSON.stringify(text)}: its window ends after the run`;
      if (options.shortened) notes.push(`${what}; it is left out`);
      else problems.add(place, what);
      return [];
    }
    return expectation === undefined ? [] : [expectation];
  });
}

/** Figures that are only measured, where no expectation measures them. */
function withMeasured(expect: readonly Expectation[], measure: readonly Expectation[]): Expectation[] {
  const known = new Set(expect.map(({ measured }) => measured));
  return [...expect, ...measure.filter(({ measured }) => !known.has(measured))];
}

/** Is there a cell that an expectation is about? */
function isMet(where: Expectation['where'], axes: readonly Axis[]): boolean {
  return where.every(({ axis, value }) => axes.find(({ label }) => label === axis)?.values?.includes(value) !== false);
}
