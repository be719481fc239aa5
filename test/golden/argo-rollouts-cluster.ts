// The cluster of the recordings of Argo's controller: fake pods, a fake router, fake analyses, and a clock of tenths of seconds.
import type { AnalysisRun } from '../../src/controllers/rollout/analysis-objects.ts';
import { currentStep } from '../../src/controllers/rollout/canary-steps.ts';
import type { RefusedCreation } from '../../src/controllers/kit/create-replica-set.ts';
import { desiredReplicas, type ReplicaSet } from '../../src/controllers/kit/deployment-objects.ts';
import type { ServiceObject } from '../../src/controllers/kit/shared-views.ts';
import type { Steps } from '../../src/controllers/kit/sync.ts';
import { Signal } from '../../src/engine/script.ts';
import {
  type AnalysisPhase,
  type Rollout,
  ROLLOUT_API,
  ROLLOUT_HASH_LABEL,
  type RolloutStatus,
  type TrafficWeights,
} from '../../src/controllers/rollout/rollout-objects.ts';
import type { AnalysisPort, ExperimentsPort, RolloutPort } from '../../src/controllers/rollout/rollout-port.ts';
import type { TrafficRouter } from '../../src/controllers/rollout/routers/router.ts';
import { selectedHash } from '../../src/controllers/rollout/rollout-services.ts';
import { syncRollout } from '../../src/controllers/rollout/rollout-sync.ts';
import { scaleDownDeadline, withDeadline } from '../../src/controllers/rollout/rollout-annotations.ts';
import { timestampUs } from '../../src/lib/timestamp.ts';

interface Entry {
  readonly t: number;
  readonly events?: readonly string[];
}

export interface SequenceRecord {
  readonly id: number;
  readonly kind: 'canary' | 'traffic' | 'blueGreen';
  readonly readyDelay: number;
  readonly brokenTemplate: string;
  readonly analysisAfter: number;
  readonly analysisVerdicts: readonly AnalysisPhase[];
  readonly spec: Rollout['spec'];
  readonly script: readonly { readonly t: number; readonly op: string; readonly n?: number }[];
  readonly trace: readonly Entry[];
}

interface Run {
  readonly run: AnalysisRun;
  /** Second in which the analysis was first seen; undefined before. */
  readonly since?: number;
}

/** What client-go's queue waits before it hands out what was added with its rate limit. */
const RATE_LIMIT_US = 5000;
const SETTLED_US = 1e5;
const TENTH_US = 1e5;

function template(letter: string): Rollout['spec']['template'] {
  return { metadata: { labels: { app: 'r' } }, spec: { containers: [{ name: 'c', image: letter }] } };
}

function letterOf(set: ReplicaSet): string {
  return set.spec.template?.spec?.containers[0].image ?? '';
}

/** An answer that is there at once. */
function answer<T>(value: T): Steps<T> {
  const signal = new Signal<T>({ now: 0 });
  signal.fire(value);
  return signal.wait();
}

export class FakeCluster implements RolloutPort {
  nowUs = 0;
  readonly #record: SequenceRecord;
  readonly #sets = new Map<string, ReplicaSet>();
  /** By ReplicaSet: the seconds from which its pods are available. */
  readonly #pods = new Map<string, number[]>();
  #runs: Run[] = [];
  readonly #services = new Map<string, ServiceObject>();
  #rollout: Rollout | undefined;
  #routerWeight = 0;
  #due: number | undefined;
  #lastSeen = '';

  constructor(record: SequenceRecord) {
    this.#record = record;
    for (const name of this.#serviceNames()) {
      this.#services.set(name, {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name, annotations: {} },
        spec: { selector: {} },
      });
    }
  }

  /** One second passes. What there is to see at its beginning, if anything changed. */
  second(t: number): object | undefined {
    this.nowUs = t * 1e6;
    // What was due is seen with all that follows from it; what is due a little later is seen in the next second.
    if (this.#due !== undefined && this.#due <= this.nowUs) this.#workUntil(this.nowUs + SETTLED_US);
    const events = this.#record.script.filter((one) => one.t === t).map((one) => this.#act(one.op, one.n));
    this.#move(t);
    const seen = this.#seen();
    const text = JSON.stringify(seen);
    const changed = text !== this.#lastSeen || events.length > 0;
    this.#lastSeen = text;
    this.#workUntil((t + 1) * 1e6 - 1);
    return changed ? { t, ...(events.length > 0 ? { events } : {}), ...seen } : undefined;
  }

  /** Runs the syncs that are due until then, each at its time. What one asks for comes later than it, so this ends. */
  #workUntil(us: number): void {
    while (this.#due !== undefined && this.#due <= us) {
      this.nowUs = Math.max(this.nowUs, this.#due);
      this.#due = undefined;
      this.#sync();
    }
  }

  #sync(): void {
    if (this.#rollout === undefined) return;
    const runs = this.#runs.map(({ run }) => run);
    const script = syncRollout(this, this.#rollout, { sets: [...this.#sets.values()], runs, experiments: [] });
    if (script.next().done !== true) throw new Error('the sync waits');
  }

  #act(op: string, n: number | undefined): string {
    if (op === 'create') {
      this.#rollout = {
        apiVersion: ROLLOUT_API,
        kind: 'Rollout',
        metadata: { name: 'r', namespace: 'ns', uid: 'r', generation: 1 },
        spec: { ...this.#record.spec, selector: { matchLabels: { app: 'r' } }, template: template('A') },
      };
    } else if (op.startsWith('image')) this.#spec({ template: template(op.slice('image'.length)) });
    else if (op === 'scale') this.#spec({ replicas: n ?? 0 });
    else if (op === 'abort') this.#status({ abort: true });
    else if (op === 'retry') this.#status({ abort: undefined });
    else if (op === 'promoteFull') this.#status({ promoteFull: true });
    else if (op === 'promote') return this.#promote();
    this.syncRateLimited();
    return op;
  }

  #promote(): string {
    const rollout = this.#rollout;
    if (rollout === undefined) return 'promote';
    const { index, step } = currentStep(rollout);
    if ((rollout.status?.pauseConditions ?? []).length > 0) this.#status({ pauseConditions: undefined });
    else if (index !== undefined && step !== undefined) this.#status({ currentStepIndex: index + 1 });
    else return 'promote(no effect)';
    this.syncRateLimited();
    return 'promote';
  }

  #spec(change: Partial<Rollout['spec']>): void {
    if (this.#rollout === undefined) return;
    const { metadata, spec } = this.#rollout;
    const generation = (metadata.generation ?? 0) + 1;
    this.#rollout = { ...this.#rollout, metadata: { ...metadata, generation }, spec: { ...spec, ...change } };
  }

  #status(change: Partial<RolloutStatus>): void {
    if (this.#rollout === undefined) return;
    this.#rollout = { ...this.#rollout, status: { ...this.#rollout.status, ...change } };
  }

  /** Pods and analyses go on; the controller hears of what changed. */
  #move(t: number): void {
    let changed = false;
    for (const set of this.#sets.values()) changed = this.#movePods(set, t) || changed;
    // Those of the same second are seen in the order of their names.
    const known = this.#runs.filter(({ since }) => since !== undefined);
    const fresh = this.#runs.filter(({ since }) => since === undefined);
    this.#runs = [...known, ...fresh.sort((a, b) => (a.run.metadata.name < b.run.metadata.name ? -1 : 1))];
    for (const [i, one] of this.#runs.entries()) {
      const phase = this.#phase(one, i, t);
      if (one.since === undefined) this.#runs[i] = { ...one, since: t };
      if (phase === (one.run.status?.phase ?? '')) continue;
      this.#runs[i] = { since: one.since ?? t, run: { ...one.run, status: { phase } } };
      changed = true;
    }
    if (changed) this.syncRateLimited();
  }

  #phase({ run, since = Number.POSITIVE_INFINITY }: Run, n: number, t: number): AnalysisPhase {
    const before = run.status?.phase ?? '';
    if (before !== '' && before !== 'Running') return before;
    if (run.spec.terminate === true) return 'Successful';
    const { analysisVerdicts, analysisAfter } = this.#record;
    return t >= since + analysisAfter ? analysisVerdicts[n % analysisVerdicts.length] : 'Running';
  }

  #movePods(set: ReplicaSet, t: number): boolean {
    const { name } = set.metadata;
    const { readyDelay, brokenTemplate } = this.#record;
    const pods = [...(this.#pods.get(name) ?? [])].sort((a, b) => a - b).slice(0, desiredReplicas(set));
    const readyAt = letterOf(set) === brokenTemplate ? Number.POSITIVE_INFINITY : t + readyDelay;
    while (pods.length < desiredReplicas(set)) pods.push(readyAt);
    this.#pods.set(name, pods);
    const available = pods.filter((one) => one <= t).length;
    const { status } = set;
    if (status?.replicas === pods.length && status.availableReplicas === available) return false;
    this.#sets.set(name, {
      ...set,
      status: { replicas: pods.length, readyReplicas: available, availableReplicas: available },
    });
    return true;
  }

  #seen(): object {
    const { status = {} } = this.#rollout ?? {};
    const { kind } = this.#record;
    const letters = new Map(
      [...this.#sets.values()].map((set) => [set.metadata.labels?.[ROLLOUT_HASH_LABEL], letterOf(set)]),
    );
    const letter = (hash: string | undefined): string => letters.get(hash) ?? hash ?? '';
    const { weights } = status.canary ?? {};
    const message = (status.message ?? '').replace(/r-([a-z0-9]+)/g, (_all, hash: string) => `r-<${letter(hash)}>`);
    const pause = (status.pauseConditions ?? []).map(
      ({ reason, startTime }) => `${reason}@${timestampUs(startTime) / 1e6}`,
    );
    const analysis = Object.fromEntries(
      this.#runs
        .filter(({ run }) => run.status?.phase !== undefined)
        .map(({ run }, i) => [`run${i}:${run.metadata.labels?.['rollout-type']}`, run.status?.phase]),
    );
    return {
      phase: status.phase ?? '',
      rs: Object.fromEntries([...this.#sets.values()].map((set) => [letterOf(set), setSeen(set)])),
      stable: letter(status.stableRS),
      // What an update waits for is not in the recordings.
      ...(message === '' || status.phase === 'Progressing' ? {} : { message }),
      ...(status.currentStepIndex === undefined ? {} : { step: status.currentStepIndex }),
      ...(status.abort === true ? { abort: true } : {}),
      ...(status.promoteFull === true ? { promoteFull: true } : {}),
      ...(pause.length === 0 ? {} : { pause }),
      ...(Object.keys(analysis).length === 0 ? {} : { analysis }),
      ...(this.#services.size === 0
        ? {}
        : {
            services: Object.fromEntries([...this.#services].map(([name, one]) => [name, letter(selectedHash(one))])),
          }),
      ...(kind === 'traffic' ? { routerWeight: this.#routerWeight } : {}),
      ...(weights === undefined ? {} : { statusWeights: [weights.canary.weight, weights.stable.weight] }),
    };
  }

  #serviceNames(): readonly string[] {
    const { kind } = this.#record;
    return { canary: [], traffic: ['canary', 'stable'], blueGreen: ['active', 'preview'] }[kind];
  }

  createReplicaSet(set: ReplicaSet): Steps<ReplicaSet | RefusedCreation | undefined> {
    const made = { ...set, metadata: { ...set.metadata, uid: set.metadata.name } };
    this.#sets.set(set.metadata.name, made);
    return answer(made);
  }

  updateReplicaSet(set: ReplicaSet): Steps<ReplicaSet> {
    this.#sets.set(set.metadata.name, set);
    this.syncRateLimited();
    return answer(set);
  }

  /** Unlike an update, the recorded controller does not hear of this. */
  patchDeadline(set: ReplicaSet, deadline: string | undefined): Steps {
    const current = this.#sets.get(set.metadata.name) ?? set;
    this.#sets.set(set.metadata.name, withDeadline(current, deadline));
    return answer(undefined);
  }

  deleteReplicaSet(set: ReplicaSet): Steps {
    this.#sets.delete(set.metadata.name);
    return answer(undefined);
  }

  updateRollout(rollout: Rollout): Steps<Rollout> {
    this.#rollout = rollout;
    this.syncRateLimited();
    return answer(rollout);
  }

  updateStatus(rollout: Rollout): Steps<Rollout> {
    return this.updateRollout(rollout);
  }

  findReplicaSet(name: string): ReplicaSet | undefined {
    return this.#sets.get(name);
  }

  findService(name: string): ServiceObject | undefined {
    return this.#services.get(name);
  }

  missingTemplate(): undefined {}

  podsOf(): [] {
    return [];
  }

  patchPods(): Steps {
    return answer(undefined);
  }

  evictPod(): Steps<boolean> {
    return answer(true);
  }

  updateService(service: ServiceObject): Steps {
    this.#services.set(service.metadata.name, service);
    return answer(undefined);
  }

  scaleDeployment(): Steps {
    return answer(undefined);
  }

  missingRouterObject(): undefined {}

  /** Applies every weight at once. */
  routers({ spec }: Rollout): readonly TrafficRouter[] {
    if (spec.strategy.canary?.trafficRouting === undefined) return [];
    const nothing = (): Steps => answer(undefined);
    return [
      {
        removeManagedRoutes: nothing,
        setHeaderRoute: nothing,
        setMirrorRoute: nothing,
        updateHash: nothing,
        setWeight: ({ canary }: TrafficWeights) => {
          this.#routerWeight = canary.weight;
          return nothing();
        },
        verify: () => true,
      },
    ];
  }

  readonly analyses: AnalysisPort = {
    create: (run) => this.#createRun(run),
    terminate: (run) => this.#terminateRun(run),
    delete: () => answer(undefined),
  };

  /** No record has one. */
  readonly experiments: ExperimentsPort = {
    create: (experiment) => answer(experiment),
    terminate: () => answer(undefined),
    delete: () => answer(undefined),
  };

  #createRun(run: AnalysisRun): Steps<AnalysisRun> {
    const taken = (name: string): boolean => this.#runs.some((one) => one.run.metadata.name === name);
    let { name } = run.metadata;
    for (let i = 1; taken(name); i += 1) name = `${run.metadata.name}.${i}`;
    const made = { ...run, metadata: { ...run.metadata, name } };
    this.#runs.push({ run: made });
    this.syncRateLimited();
    return answer(made);
  }

  #terminateRun(run: AnalysisRun): Steps {
    const at = this.#runs.findIndex((one) => one.run.metadata.name === run.metadata.name);
    this.#runs[at] = { ...this.#runs[at], run: { ...this.#runs[at].run, spec: { terminate: true } } };
    return answer(undefined);
  }

  event(): void {}

  syncAfter(delayUs: number): void {
    // Where Argo looks again at once and for ever, ten times a second will do.
    const due = this.nowUs + (delayUs <= 0 ? TENTH_US : delayUs);
    this.#due = Math.min(this.#due ?? due, due);
  }

  syncRateLimited(): void {
    this.syncAfter(RATE_LIMIT_US);
  }
}

function setSeen(set: ReplicaSet): object {
  const deadline = scaleDownDeadline(set);
  return {
    spec: desiredReplicas(set),
    available: set.status?.availableReplicas ?? 0,
    ...(deadline === undefined ? {} : { scaleDownAt: timestampUs(deadline) / 1e6 }),
  };
}
