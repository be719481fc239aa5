// A recording and our runs of it, figure by figure: which tolerance each has, and whether ours is within it.
import { resolveIntOrPercent } from '../../../src/model/parse/int-or-percent.ts';
import { autoscalerFigures } from './autoscaler.ts';
import { becameTrue, type Phase, phasesOf, type Step } from './figures.ts';
import { lossFigures, racesForTaint } from './node-loss.ts';
import type { Action, Recording } from './recording.ts';
import { type Replay, replay } from './replay.ts';
import { statusFigures } from './status-figures.ts';
import {
  between,
  countNear,
  exact,
  factorTwo,
  near,
  ofThatOrder,
  plus,
  runByRun,
  someOrNone,
  type Tolerance,
} from './tolerances.ts';

export interface Compared {
  readonly phase: string;
  readonly figure: string;
  readonly theirs: readonly number[];
  readonly ours: readonly number[];
  /** Undefined: printed only, because the machine decides it. */
  readonly tolerance: Tolerance | undefined;
  readonly agrees: boolean;
}

/** One run: its phases and requests, recorded or ours. */
export interface Run {
  readonly phases: readonly Phase[];
  readonly requests: Readonly<Record<string, number>>;
}

/** An action so soon after the last thing that happened falls into the middle of a burst. */
const SETTLED_S = 0.8;
/** The first steps after an action follow each other closer than this. */
const FIRST_STEPS_S = 1;

/** Requests of which the number depends on how fast everybody is. */
const LOOSE_REQUESTS = [
  'PUT replicasets/status',
  'PUT deployments/status',
  'PUT statefulsets/status',
  'PUT daemonsets/status',
  'PUT endpointslices',
];

interface Kinds {
  readonly deployments: number;
  /** Raised client limits: the processors decide how long things take. */
  readonly processorBound: boolean;
  readonly scaleUp: boolean;
  /** Pods end by themselves. */
  readonly jobs: boolean;
  readonly lognormal: boolean;
  readonly minReadyS: number;
  readonly recreate: boolean;
  readonly maxSurge: number | string;
  /** Steps nearer to each other than this are one wave: a pod takes longer from its binding until it is ready. */
  readonly waveGapS: number;
}

export class Comparison {
  readonly recording: Recording;
  readonly theirs: readonly Run[];
  readonly ours: readonly Replay[];
  figures: Compared[] = [];
  /** Where a figure was outside with one seed: the same runs with two more. */
  #again: readonly (readonly Replay[])[] = [];
  /** Runs that are left out because processors decided a race in them, by index. */
  readonly raced: ReadonlySet<number>;
  readonly #kinds: Kinds;

  /** Runs every run of the recording, each with its own delays and phase of the second. */
  constructor(recording: Recording) {
    this.recording = recording;
    this.theirs = recording.runs.map(({ entries, summary }) => ({
      phases: phasesOf(entries, summary.actions),
      requests: summary.metrics.api_requests,
    }));
    this.ours = recording.runs.map((run, index) => replay(recording, run, index + 1));
    this.raced = new Set(
      recording.runs.flatMap((_, index) =>
        [this.theirs[index], this.ours[index]].some((run) => racesForTaint(recording, run)) ? [index] : [],
      ),
    );
    this.#kinds = kindsOf(recording);
    this.#compare();
    if (this.disagreeing.length === 0) return;
    // One draw of the control plane's own delays may lie outside: then the median of three is judged, of every figure.
    this.#again = [1000, 2000].map((more) =>
      recording.runs.map((run, index) => replay(recording, run, index + 1 + more)),
    );
    this.figures = [];
    this.#compare();
  }

  #compare(): void {
    const { actions } = this.recording.runs[0].summary;
    for (const [index, action] of actions.entries()) this.#phase(index, action, actions[index + 1] === undefined);
    this.#requests();
  }

  /** Of our run; the median where it was run again and the figure is there each time. */
  #ofOurs(of: FigureOf, index: number): number | undefined {
    const values = [this.ours, ...this.#again].map((runs) => of(runs[index], index));
    const known = values.filter((value) => value !== undefined).sort((a, b) => a - b);
    return known.length === values.length ? known[(known.length - 1) / 2] : values[0];
  }

  get disagreeing(): readonly Compared[] {
    return this.figures.filter((one) => !one.agrees);
  }

  #add(phase: string, figure: string, tolerance: Tolerance | undefined, of: FigureOf): void {
    const pairs = this.theirs.map((run, index) => [of(run, index), this.#ofOurs(of, index)] as const);
    const judged = pairs.filter((pair, index) => !this.raced.has(index) && pair.some((one) => one !== undefined));
    const shown = pairs.filter((pair) => pair.some((one) => one !== undefined));
    if (shown.length === 0) return;
    const used = tolerance === undefined || judged.length === 0 ? undefined : tolerance;
    const taken = used === undefined ? shown : judged;
    const theirs = taken.map(([one]) => one ?? NaN);
    const ours = taken.map(([, one]) => one ?? NaN);
    const complete = ![...theirs, ...ours].some((one) => Number.isNaN(one));
    const agrees = used === undefined || (complete && used.agrees(theirs, ours));
    this.figures.push({ phase, figure, theirs, ours, tolerance: used, agrees });
  }

  #phase(index: number, { what }: Action, last: boolean): void {
    const label = `${index + 1} ${what}`;
    const add: Adder = (figure, tolerance, of) => this.#add(label, figure, tolerance, (run) => of(run.phases[index]));
    // A phase that is cut in the middle of a burst has half a burst in its figures.
    const settled = this.#settled(index) && (last || this.#settled(index + 1));
    this.#counts(index, settled, last, add);
    if (what.startsWith('stop kubelets') || what.startsWith('restart kubelets')) {
      for (const { figure, tolerance, of } of lossFigures(this.recording, index))
        this.#add(label, figure, tolerance, of);
      return;
    }
    for (const { figure, tolerance, of } of statusFigures(this.theirs, index)) this.#add(label, figure, tolerance, of);
    this.#times(index, settled, add);
    if (this.#settled(index) && !this.#kinds.processorBound) this.#steps(label, index, settled);
    const [{ phases }] = this.theirs;
    for (const { figure, tolerance, of } of autoscalerFigures(phases[index].autoscaler, phases[index].t)) {
      add(figure, tolerance, ({ autoscaler }) => of(autoscaler));
    }
  }

  #counts(index: number, settled: boolean, last: boolean, add: Adder): void {
    const count = settled ? exact : undefined;
    for (const what of ['created', 'scheduled', 'ready', 'deleting', 'deleted']) {
      if (this.theirs.some((run) => run.phases[index].pods[what] !== undefined)) {
        add(`pods ${what}`, count, ({ pods }) => pods[what]?.n ?? 0);
      }
    }
    add('max unavailable', count, (phase) => phase.maxUnavailable);
    const sizes = this.theirs.flatMap(({ phases }) => phases.slice(Math.max(0, index - 1), index + 1));
    const desired = Math.max(...sizes.map((phase) => phase.desired));
    // With random delays it is chance how far deletions, which wait for the client's limit, lag behind creations.
    const lag = Math.ceil(0.06 * desired);
    const pods = settled && this.#kinds.lognormal && index > 0 ? countNear(lag) : count;
    add('max surge', pods, (phase) => phase.maxSurge);
    add('most pods not deleting', pods, (phase) => phase.notDeletingMax);
    // What all ReplicaSets want together never goes beyond the bound, whenever the action comes.
    const wanted = (run: Run): number => mostWanted(run.phases.slice(0, index + 1));
    const most = desired + resolveIntOrPercent(this.#kinds.maxSurge, desired, true);
    if (this.#kinds.deployments === 1) {
      this.#add(`${index + 1} ${this.#label(index)}`, 'most replicas wanted', between(0, most, ''), wanted);
    }
    add('fewest ready', settled ? exact : undefined, (phase) => phase.readyMin);
    add('ready at the end', settled || last ? exact : undefined, (phase) => phase.readyAtEnd);
  }

  #label(index: number): string {
    return this.recording.runs[0].summary.actions[index].what;
  }

  #times(index: number, settled: boolean, add: Adder): void {
    const { minReadyS, recreate, processorBound, lognormal } = this.#kinds;
    if (processorBound) this.#bounds(index, add);
    const tolerance = settled ? this.#timeTolerance() : undefined;
    // Where the write that begins the condition again meets a conflict, as can be with Recreate, only the other one tells.
    const complete = (phase: Phase): number | undefined =>
      phase.complete ?? (recreate ? becameTrue(phase.conditions, 'MinimumReplicasAvailable') : undefined);
    const sharp = settled && minReadyS > 0 && index > 0 && !lognormal && !processorBound;
    add('complete', sharp ? runByRun(0.5) : tolerance, complete);
    // What lies in the middle of waves that run into each other is chance.
    const counts = this.theirs.map(({ phases }) => wavesOf(phases[index].steps, this.#kinds.waveGapS).length);
    // Which pods get which of the random delays is too; when the rollout ends is not.
    const random = index > 0 || tolerance === undefined ? undefined : runByRun(1, 0.05);
    const outside = lognormal ? random : tolerance;
    const inside = lognormal || Math.min(...counts) < Math.max(...counts) ? undefined : tolerance;
    for (const what of ['created', 'scheduled', 'ready', 'deleted']) {
      add(`${what}, last`, outside, ({ pods }) => pods[what]?.last);
      add(`${what}, first`, outside, ({ pods }) => pods[what]?.first);
      add(`${what}, median`, inside, ({ pods }) => pods[what]?.p50);
      add(`${what}, ninth tenth`, inside, ({ pods }) => pods[what]?.p90);
      add(`${what}, last`, outside, ({ pods }) => pods[what]?.last);
    }
    const label = `${index + 1} ${this.#label(index)}`;
    if (minReadyS > 0 && settled && !processorBound) {
      const about = between(minReadyS - 0.1, minReadyS + 0.5);
      this.#add(label, 'complete after the whole second of the last readiness', about, (run, which) => {
        const { complete: end, pods } = run.phases[index];
        return end === undefined ? undefined : this.#sinceSecond(end, pods['ready']?.last, index, which);
      });
    }
    const deadline = (phase: Phase) =>
      phase.conditions.find(([, , detail]) => detail.endsWith('DeadlineExceeded'))?.[0];
    add('progress deadline exceeded', near(1.1), deadline);
  }

  /** The processors may take longer, but the clients' limits never let it go faster. */
  #bounds(index: number, add: Adder): void {
    const pods = Math.max(...this.theirs.map((run) => run.phases[index].pods['created']?.n ?? 0));
    const least = (component: string): number => {
      const flags = this.recording.setup.flags[component] ?? [];
      const value = (name: string, usual: number): number =>
        [flags]
          .flat()
          .reduce((known, flag) => Number(new RegExp(`^--kube-api-${name}=(\\d+)$`).exec(flag)?.[1] ?? known), usual);
      const scheduler = component === 'kube-scheduler';
      const limit = (pods - value('burst', scheduler ? 100 : 30)) / value('qps', scheduler ? 50 : 20);
      return Math.max(0, Math.floor(limit * 10) / 10);
    };
    add(
      'created, last, at least',
      between(least('kube-controller-manager'), Infinity),
      ({ pods: of }) => of['created']?.last,
    );
    add(
      'scheduled, last, at least',
      between(least('kube-scheduler'), Infinity),
      ({ pods: of }) => of['scheduled']?.last,
    );
  }

  /** Seconds from the beginning of the wall clock's second in which `from` falls; both relative to the action. */
  #sinceSecond(at: number, from: number | undefined, index: number, which: number): number | undefined {
    if (from === undefined) return undefined;
    const { t0_fraction_of_second: fraction, actions } = this.recording.runs[which].summary;
    const zero = fraction + actions[index].t_actual;
    return Math.round((zero + at - Math.floor(zero + from)) * 1000) / 1000;
  }

  #timeTolerance(): Tolerance | undefined {
    const { processorBound, scaleUp, lognormal, jobs } = this.#kinds;
    if (processorBound) return undefined;
    if (jobs) return runByRun(1.5);
    if (scaleUp) return plus(0.5, 0.05);
    return lognormal ? runByRun(0.5, 0.03) : near(1, 0.05);
  }

  /** The ReplicaSets' sizes: the first steps, what each wave begins with, and how many steps there are. */
  #steps(label: string, index: number, settled: boolean): void {
    const stepsOf = (run: Run): readonly Step[] => run.phases[index].steps;
    const waves = (run: Run): Step[][] => wavesOf(stepsOf(run), this.#kinds.waveGapS);
    if ([...this.theirs, ...this.ours].every((run) => stepsOf(run).length === 0)) return;
    const first = Math.min(3, ...this.theirs.map((run) => wavesOf(stepsOf(run), FIRST_STEPS_S)[0]?.length ?? 0));
    for (let step = 0; step < first; step += 1) {
      const which = (run: Run): Step | undefined => bySet(stepsOf(run).slice(0, first))[step];
      this.#add(label, `step ${step + 1} from`, exact, (run) => which(run)?.[2]);
      this.#add(label, `step ${step + 1} to`, exact, (run) => which(run)?.[3]);
      this.#add(label, `step ${step + 1} at`, near(0.5), (run) => which(run)?.[0]);
    }
    if (this.#kinds.lognormal || !settled) return;
    // With hundreds of pods the client's limit draws the waves out until they run into each other.
    const counts = this.theirs.map((run) => waves(run).length);
    const count = Math.min(...counts);
    this.#add(label, 'waves', count === Math.max(...counts) ? exact : undefined, (run) => waves(run).length);
    for (let wave = 1; wave < count; wave += 1) {
      for (const set of ['rs1', 'rs2']) {
        this.#add(label, `wave ${wave + 1} begins with ${set}`, exact, (run) => {
          return sizesBefore(run.phases.slice(0, index), waves(run).slice(0, wave)).get(set) ?? 0;
        });
      }
      this.#add(label, `wave ${wave + 1} at`, this.#timeTolerance(), (run) => waves(run)[wave]?.[0]?.[0]);
    }
    const pods = Math.max(...this.theirs.map((run) => run.phases[index].existingMax));
    this.#add(label, 'steps', between(count, 2 * pods, ''), (run) => stepsOf(run).length);
  }

  /** Neither this action nor one before it comes in the middle of a burst, in any of the runs. */
  #settled(index: number): boolean {
    if (index === 0) return true;
    if (!this.#settled(index - 1) || (this.#kinds.lognormal && index > 1)) return false;
    return this.recording.runs.every(({ entries, summary }) => {
      const at = summary.actions[index].t_actual;
      return !entries.some(
        ({ t, kind, what }) =>
          t < at && t > at - SETTLED_S && (kind === 'ReplicaSet' || kind === 'Pod') && what !== 'status',
      );
    });
  }

  #requests(): void {
    const settled = this.recording.runs[0].summary.actions.every((_, index) => this.#settled(index));
    const strict = settled ? exact : undefined;
    for (const name of ['POST pods', 'POST pods/binding', 'DELETE pods', 'PATCH pods/status', 'PUT pods/status']) {
      // A scheduler whose bindings are turned away for too long says so in the pod's status.
      const said = name === 'PATCH pods/status' && this.recording.group === 'peer-baseline';
      this.#add('API', name, said ? undefined : strict, ({ requests }) => requests[name] ?? 0);
    }
    // How fast clients send is their processors' affair, which are not simulated. Queues of fairness even that out; without them all that is too much at one moment is refused.
    for (const name of ['POST pods code=429', 'POST pods/binding code=429', 'POST events code=429']) {
      const count = ({ requests }: Run): number => requests[name] ?? 0;
      const isBaseline = this.recording.group === 'peer-baseline';
      if (isBaseline) this.#add('API', name, isFair(this.recording) ? ofThatOrder : someOrNone, count);
    }
    const loose = this.#kinds.processorBound ? undefined : factorTwo;
    for (const name of LOOSE_REQUESTS) {
      const count = ({ requests }: Run): number => requests[name] ?? 0;
      if (name !== 'PUT daemonsets/status' || this.theirs.some((run) => count(run) > 0))
        this.#add('API', name, loose, count);
    }
    for (const name of ['SuccessfulCreate', 'Scheduled', 'Preempted', 'NodeNotReady', 'TaintManagerEviction']) {
      const total = ({ phases }: Run) => phases.reduce((sum, { events }) => sum + (events[name] ?? 0), 0);
      if (this.theirs.some((run) => total(run) > 0)) this.#add('Events', name, strict, total);
    }
  }
}

/** A figure of one run, theirs or ours; undefined where the run has none. */
type FigureOf = (run: Run, index: number) => number | undefined;
type Adder = (figure: string, tolerance: Tolerance | undefined, of: (phase: Phase) => number | undefined) => void;

function kindsOf({ group, manifest, setup, runs }: Recording): Kinds {
  const { start, ready } = runs[0].delays[0];
  const recreate = /type: Recreate/.test(manifest);
  const surge = /maxSurge: ["']?(\d+%?)/.exec(manifest)?.[1];
  return {
    deployments: manifest.split('kind: Deployment\n').length - 1,
    processorBound: Object.values(setup.flags).some(
      (value) => Array.isArray(value) && value.some((flag) => raised(flag)),
    ),
    scaleUp: group === 'scale-up' || group === 'peer-baseline',
    jobs: /^kind: (Cron)?Job$/m.test(manifest),
    lognormal: manifest.includes('lognormal:'),
    minReadyS: Number(/minReadySeconds: (\d+)/.exec(manifest)?.[1] ?? 0),
    recreate,
    maxSurge: recreate ? 0 : surge === undefined || surge.endsWith('%') ? (surge ?? '25%') : Number(surge),
    waveGapS: 0.6 * (start.drawn + Math.max(0, ready.drawn)),
  };
}

function isFair({ setup: { flags } }: Recording): boolean {
  const { 'kube-apiserver': own } = flags;
  return typeof own === 'string' || !own.includes('--enable-priority-and-fairness=false');
}

/** A client limit that no longer binds before the processors do. */
function raised(flag: string): boolean {
  return Number(/^--kube-api-qps=(\d+)$/.exec(flag)?.[1] ?? 0) >= 200;
}

/** Groups of steps with no longer pause than `gapS` inside. */
function wavesOf(steps: readonly Step[], gapS: number): Step[][] {
  const waves: Step[][] = [];
  let last = -Infinity;
  for (const step of steps) {
    if (step[0] - last > gapS) waves.push([]);
    waves.at(-1)?.push(step);
    last = step[0];
  }
  return waves;
}

/** Sizes of the ReplicaSets after some phases and some waves of the next. */
function sizesBefore(phases: readonly Phase[], waves: readonly (readonly Step[])[]): Map<string, number> {
  const sizes = new Map<string, number>();
  for (const [, set, , to] of [...phases.flatMap(({ steps }) => steps), ...waves.flat()]) sizes.set(set, to);
  return sizes;
}

/** The most pods that all ReplicaSets together wanted in the last of the phases. */
function mostWanted(phases: readonly Phase[]): number {
  const sizes = sizesBefore(phases.slice(0, -1), []);
  const total = (): number => [...sizes.values()].reduce((sum, size) => sum + size, 0);
  let most = total();
  for (const [, set, , to] of phases.at(-1)?.steps ?? []) {
    sizes.set(set, to);
    most = Math.max(most, total());
  }
  return most;
}

/** Steps of different ReplicaSets at one time have no order of their own. */
function bySet(steps: readonly Step[]): Step[] {
  return [...steps].sort((a, b) => a[1].localeCompare(b[1]));
}
