// A recording and our runs of it, figure by figure: which tolerance each has, and whether ours is within it.
import { type Phase, phasesOf, type Step } from './figures.ts';
import { lossFigures } from './node-loss.ts';
import type { Action, Recording } from './recording.ts';
import { type Replay, replay } from './replay.ts';
import { between, exact, factorTwo, near, plus, runByRun, type Tolerance } from './tolerances.ts';

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

/** Steps and changes of readiness nearer to each other than this are one wave. */
const WAVE_GAP_S = 1.5;
/** An action so soon after the last thing that happened falls into the middle of a burst. */
const SETTLED_S = 0.8;

export interface Kinds {
  /** Raised client limits: the processors decide how long things take. */
  readonly processorBound: boolean;
  readonly scaleUp: boolean;
  readonly lognormal: boolean;
  readonly minReady: boolean;
}

export class Comparison {
  readonly recording: Recording;
  readonly theirs: readonly Run[];
  readonly ours: readonly Replay[];
  readonly kinds: Kinds;
  readonly figures: Compared[] = [];

  /** Runs every run of the recording, each with its own delays and phase of the second. */
  constructor(recording: Recording) {
    this.recording = recording;
    this.theirs = recording.runs.map(({ entries, summary }) => ({
      phases: phasesOf(entries, summary.actions),
      requests: summary.metrics.api_requests,
    }));
    this.ours = recording.runs.map((run, index) => replay(recording, run, index + 1));
    const { flags } = recording.setup;
    this.kinds = {
      processorBound: Object.values(flags).some((value) => Array.isArray(value) && value.some((flag) => raised(flag))),
      scaleUp: recording.group === 'scale-up',
      lognormal: recording.manifest.includes('lognormal:'),
      minReady: recording.manifest.includes('minReadySeconds'),
    };
    const actions = recording.runs[0].summary.actions;
    for (const [index, action] of actions.entries()) this.#phase(index, action, actions[index + 1] === undefined);
    this.#requests();
  }

  get disagreeing(): readonly Compared[] {
    return this.figures.filter((one) => !one.agrees);
  }

  #add(phase: string, figure: string, tolerance: Tolerance | undefined, of: (run: Run) => number | undefined): void {
    const theirs = this.theirs.map(of);
    const ours = this.ours.map(of);
    if (theirs.every((one) => one === undefined) && ours.every((one) => one === undefined)) return;
    const numbers = (values: readonly (number | undefined)[]): number[] => values.map((one) => one ?? NaN);
    const same = theirs.every((one) => one !== undefined) && ours.every((one) => one !== undefined);
    const agrees = tolerance === undefined || (same && tolerance.agrees(numbers(theirs), numbers(ours)));
    this.figures.push({ phase, figure, theirs: numbers(theirs), ours: numbers(ours), tolerance, agrees });
  }

  #phase(index: number, { what }: Action, last: boolean): void {
    const label = `${index + 1} ${what}`;
    const add = (figure: string, tolerance: Tolerance | undefined, of: (phase: Phase) => number | undefined): void =>
      this.#add(label, figure, tolerance, (run) => of(run.phases[index]));
    // A phase that is cut in the middle of a burst has half a burst in its figures.
    const settled = this.#settled(index) && (last || this.#settled(index + 1));
    this.#counts(index, settled, last, add);
    if (what.startsWith('stop kubelets') || what.startsWith('restart kubelets')) {
      for (const { figure, tolerance, of } of lossFigures(this.recording, index)) {
        this.figures.push(compared(label, figure, tolerance, this.theirs.map(of), this.ours.map(of)));
      }
      return;
    }
    this.#times(settled, add);
    if (settled && !this.kinds.processorBound) this.#steps(label, index);
  }

  #counts(index: number, settled: boolean, last: boolean, add: Adder): void {
    const always = index === 0 || settled;
    const count = always ? exact : undefined;
    for (const what of ['created', 'scheduled', 'ready', 'deleting', 'deleted']) {
      if (this.theirs.some((run) => run.phases[index].pods[what] !== undefined)) {
        add(`pods ${what}`, count, ({ pods }) => pods[what]?.n ?? 0);
      }
    }
    const most = (of: (phase: Phase) => number): Tolerance =>
      always ? exact : between(-Infinity, Math.max(...this.theirs.map((run) => of(run.phases[index]))), '');
    add('max surge', most((phase) => phase.maxSurge), (phase) => phase.maxSurge);
    add('max unavailable', always ? exact : undefined, (phase) => phase.maxUnavailable);
    add('most pods not deleting', most((phase) => phase.notDeletingMax), (phase) => phase.notDeletingMax);
    add('fewest ready', always ? exact : undefined, (phase) => phase.readyMin);
    add('ready at the end', always || last ? exact : undefined, (phase) => phase.readyAtEnd);
  }

  #times(settled: boolean, add: Adder): void {
    const tolerance = settled ? this.#timeTolerance() : undefined;
    add('complete', tolerance, (phase) => phase.complete);
    for (const what of ['created', 'scheduled', 'ready', 'deleted']) {
      add(`${what}, last`, tolerance, ({ pods }) => pods[what]?.last);
      const middle = this.kinds.scaleUp ? tolerance : undefined;
      add(`${what}, median`, middle, ({ pods }) => pods[what]?.p50);
    }
    const deadline = (phase: Phase) => phase.conditions.find(([, , detail]) => detail.endsWith('DeadlineExceeded'))?.[0];
    add('progress deadline exceeded', near(0.5), deadline);
  }

  #timeTolerance(): Tolerance | undefined {
    const { processorBound, scaleUp, lognormal, minReady } = this.kinds;
    if (processorBound) return undefined;
    if (scaleUp) return plus(0.5, 0.05);
    if (minReady) return runByRun(0.5);
    return lognormal ? runByRun(0.5, 0.03) : near(1, 0.05);
  }

  /** The ReplicaSets' sizes: the first steps, what each wave begins with, and how many steps there are. */
  #steps(label: string, index: number): void {
    const stepsOf = (run: Run): readonly Step[] => run.phases[index].steps;
    if (this.theirs.every((run) => stepsOf(run).length === 0) && this.ours.every((run) => stepsOf(run).length === 0)) {
      return;
    }
    const first = Math.min(3, ...this.theirs.map((run) => wavesOf(stepsOf(run))[0]?.length ?? 0));
    for (let step = 0; step < first; step += 1) {
      const which = `step ${step + 1}`;
      for (const [field, name] of [[2, 'from'], [3, 'to']] as const) {
        this.#add(label, `${which} ${name}`, exact, (run) => inOrder(stepsOf(run).slice(0, first))[step]?.[field]);
      }
      this.#add(label, `${which} at`, near(0.5), (run) => stepsOf(run)[step]?.[0]);
    }
    if (this.kinds.lognormal) return;
    const waves = Math.max(...this.theirs.map((run) => wavesOf(stepsOf(run)).length));
    for (let wave = 1; wave < waves; wave += 1) {
      for (const set of ['rs1', 'rs2']) {
        const name = `wave ${wave + 1} begins with ${set}`;
        this.#add(label, name, exact, (run) => sizesBefore(run.phases.slice(0, index + 1), wave).get(set) ?? 0);
      }
      this.#add(label, `wave ${wave + 1} at`, this.#timeTolerance(), (run) => wavesOf(stepsOf(run))[wave]?.[0]?.[0]);
    }
    const pods = Math.max(...this.theirs.map((run) => run.phases[index].existingMax));
    this.#add(label, 'steps', between(waves, 2 * pods, ''), (run) => stepsOf(run).length);
  }

  /** No action comes in the middle of a burst, in any of the runs. */
  #settled(index: number): boolean {
    if (index === 0) return true;
    if (this.kinds.lognormal && index > 1) return false;
    return this.recording.runs.every(({ entries, summary }) => {
      const at = summary.actions[index].t_actual;
      return !entries.some(
        ({ t, kind, what }) => t < at && t > at - SETTLED_S && (kind === 'ReplicaSet' || kind === 'Pod') && what !== 'status',
      );
    });
  }

  #requests(): void {
    const settled = this.recording.runs[0].summary.actions.every((_, index) => this.#settled(index));
    for (const name of ['POST pods', 'POST pods/binding', 'DELETE pods', 'PATCH pods/status']) {
      this.#add('API', name, settled ? exact : undefined, ({ requests }) => requests[name] ?? 0);
    }
    const loose = this.kinds.processorBound ? undefined : factorTwo;
    for (const name of ['PUT replicasets/status', 'PUT deployments/status']) {
      this.#add('API', name, loose, ({ requests }) => requests[name] ?? 0);
    }
    this.#add('API', 'PUT endpointslices', loose, ({ requests }) => requests['PUT endpointslices'] ?? 0);
    for (const name of ['SuccessfulCreate', 'Scheduled', 'NodeNotReady', 'TaintManagerEviction']) {
      const total = ({ phases }: Run) => phases.reduce((sum, { events }) => sum + (events[name] ?? 0), 0);
      if (this.theirs.some((run) => total(run) > 0)) this.#add('Events', name, settled ? exact : undefined, total);
    }
  }
}

type Adder = (figure: string, tolerance: Tolerance | undefined, of: (phase: Phase) => number | undefined) => void;

function compared(
  phase: string,
  figure: string,
  tolerance: Tolerance | undefined,
  theirs: readonly number[],
  ours: readonly number[],
): Compared {
  const agrees = tolerance === undefined || tolerance.agrees(theirs, ours);
  return { phase, figure, theirs, ours, tolerance, agrees };
}

/** A client limit that no longer binds before the processors do. */
function raised(flag: string): boolean {
  return Number(/^--kube-api-qps=(\d+)$/.exec(flag)?.[1] ?? 0) >= 200;
}

/** Groups of steps with no pause of more than `WAVE_GAP_S` inside. */
function wavesOf(steps: readonly Step[]): Step[][] {
  const waves: Step[][] = [];
  let last = -Infinity;
  for (const step of steps) {
    if (step[0] - last > WAVE_GAP_S) waves.push([]);
    waves.at(-1)?.push(step);
    last = step[0];
  }
  return waves;
}

/** Sizes of the ReplicaSets when a wave of the last phase begins. */
function sizesBefore(phases: readonly Phase[], wave: number): Map<string, number> {
  const sizes = new Map<string, number>();
  const before = phases.slice(0, -1).flatMap(({ steps }) => steps);
  for (const [, set, , to] of [...before, ...wavesOf(phases.at(-1)?.steps ?? []).slice(0, wave).flat()]) sizes.set(set, to);
  return sizes;
}

/** Steps seen at one time have no order of their own. */
function inOrder(steps: readonly Step[]): Step[] {
  return [...steps].sort((a, b) => (Math.abs(a[0] - b[0]) < 0.002 ? b[1].localeCompare(a[1]) : a[0] - b[0]));
}
