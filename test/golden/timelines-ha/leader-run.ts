// A cluster as that of the recordings with two control planes and its load, in which the actions of a recorded run are done again.
import { ApiClient } from '../../../src/api/client.ts';
import { Change } from '../../../src/model/change-log.ts';
import type { KubeObject } from '../../../src/model/object-store.ts';
import { NodeReady } from '../../../src/model/nodes.ts';
import { PodBit, PodPhase } from '../../../src/model/pods.ts';
import type { NodeRow, PodRow } from '../../../src/model/rows.ts';
import type { ProcessSignal } from '../../../src/model/ports/control-plane-processes.ts';
import { buildWorld, type World } from '../../../src/world/build.ts';
import { families, jobOf } from '../../support/world-rig.ts';
import type { Figures } from './etcd-run.ts';
import type { Action, Run } from './recordings.ts';
import { engineTimers, type Timers } from './timers.ts';

const T0_US = 60e6;
/** What is recorded before the fault. */
const LOOK_BACK_US = 15e6;
/** How long the churn's pods live. */
const LIVES_S = 20;

const LOOK_US = 5000;

const COMPONENTS: Readonly<Record<string, string>> = {
  sched: 'kube-scheduler',
  kcm: 'kube-controller-manager',
};

interface LeaseChange {
  readonly ms: number;
  readonly component: string;
  readonly holder: string;
}

export function simulateLeaders(run: Run, seed: number): Figures {
  const nodesDie = run.case.includes('nodes-die');
  const world = worldOf(nodesDie ? 30 : 12, seed);
  const { engine } = world;
  const timers = engineTimers(engine, 'driver');
  // Faults come at any time between two renewals.
  const t0Us = T0_US + Math.round(((seed * 0.618_034) % 1) * 2e6);
  const ms = (): number => (engine.now - t0Us) / 1000;
  const seen = observe(world, ms, t0Us);
  if (!nodesDie) timers.after(1e6, () => churn(world, timers));
  engine.run(t0Us - LOOK_BACK_US);
  const driver = new Driver(world, run);
  const actions = run.actions.filter((action) => act(driver, action) !== undefined && (action.t > -4000 || nodesDie));
  for (const action of actions) timers.after(t0Us + action.t * 1000 - engine.now, () => act(driver, action)?.());
  if (nodesDie) {
    timers.after(t0Us - engine.now, () => {
      for (const node of [0, 1, 2] as NodeRow[]) world.kubelets.stopKubelet(node);
    });
  }
  const endMs = Math.max(28_000, ...actions.map(({ t }) => t + 6000), ...(nodesDie ? [235_000] : []));
  const burst = run.case.includes('200pods');
  engine.run(t0Us + (burst ? 100_000 : endMs) * 1000);
  return figuresOf(seen, driver, burst);
}

/** What an action does in the simulation; undefined for what happens by itself, or is only a remark. */
function act(driver: Driver, { what, proc = '', signal, replicas }: Action): (() => void) | undefined {
  if (what === 'create deployment burst') return () => driver.burst(Number(replicas));
  if (!Object.keys(COMPONENTS).some((name) => proc.startsWith(name))) return undefined;
  if (what === 'signal') return () => driver.signal(proc, signal as ProcessSignal);
  return undefined;
}

class Driver {
  /** From SIGCONT to the end of the process, while both leaders lead. */
  wokenMs: number | undefined;
  readonly #world: World;
  readonly #run: Run;
  readonly #names = new Map<string, string>();

  constructor(world: World, run: Run) {
    this.#world = world;
    this.#run = run;
  }

  burst(replicas: number): void {
    const client = new ApiClient(this.#world.api, 'driver', { qps: Infinity, burst: 1 });
    client.create(deployment('burst', replicas));
  }

  /** The driver starts what it has killed when the recording says so. */
  signal(proc: string, signal: ProcessSignal): void {
    const { processes, engine } = this.#world;
    const name = this.#nameOf(proc);
    if (signal === 'SIGKILL' || signal === 'SIGTERM') {
      processes.hold(name);
      const killed = this.#run.actions.find((one) => one.proc === proc && one.signal === signal);
      const started = this.#run.actions.find(
        (one) => one.proc === proc && one.what === 'start' && one.t > (killed?.t ?? 0),
      );
      if (started !== undefined && killed !== undefined)
        engineTimers(engine, `start of ${proc}`).after((started.t - killed.t) * 1000, () => processes.letGo(name));
    }
    processes.signal(name, signal);
    if (signal === 'SIGCONT') this.#awaitExit(name);
  }

  #awaitExit(name: string): void {
    const { processes, engine } = this.#world;
    const sinceUs = engine.now;
    const timers = engineTimers(engine, `exit of ${name}`);
    const look = (): void => {
      const process = processes.find(name);
      const leaders = processes.list.filter((one) => one.component === process?.component && one.leads);
      if (leaders.length === 2) timers.after(LOOK_US, look);
      else if (process?.state === 'dead') this.wokenMs = (engine.now - sinceUs) / 1000;
    };
    look();
  }

  /** The recorded leader is whoever leads here; the other one of its component is the other one. */
  #nameOf(proc: string): string {
    const known = this.#names.get(proc);
    if (known !== undefined) return known;
    const short = proc.replace(/\d$/, '');
    const all = this.#world.processes.list.filter(({ component }) => component === COMPONENTS[short]);
    const leader = all.find(({ leads }) => leads) ?? all[0];
    const other = all.find((one) => one !== leader) ?? leader;
    const led = this.#run.roles[`${short}_leader`];
    const name = led === proc ? leader.name : other.name;
    this.#names.set(proc, name);
    const twin = proc.endsWith('1') ? `${short}2` : `${short}1`;
    this.#names.set(twin, led === proc ? other.name : leader.name);
    return name;
  }
}

function observe({ engine, state, api }: World, ms: () => number, t0Us: number) {
  const seen = {
    changes: [] as LeaseChange[],
    renewedMs: new Map<string, number>(),
    scheduled: [] as number[],
    created: [] as number[],
    waits: [] as number[],
    burst: { created: [] as number[], scheduled: [] as number[], running: [] as number[] },
    unknown: [] as number[],
    tainted: [] as number[],
    deleting: [] as number[],
    disrupted: new Set<PodRow>(),
    unready: new Map<PodRow, number>(),
  };
  const holders = new Map<string, string>();
  api.objectCommits.push((row) => {
    const object = state.objects.get(row) as
      | (KubeObject & { readonly spec: { readonly holderIdentity: string } })
      | undefined;
    if (object?.kind !== 'Lease') return;
    const component = object.metadata.name;
    const holder = object.spec.holderIdentity;
    if (engine.now < t0Us) seen.renewedMs.set(component, ms());
    if (holders.get(component) !== holder && engine.now >= t0Us) seen.changes.push({ ms: ms(), component, holder });
    holders.set(component, holder);
  });
  const struck = new Set<NodeRow>([0, 1, 2] as NodeRow[]);
  api.podCommits.push((pod, _epoch, what) => {
    if (engine.now < t0Us - LOOK_BACK_US) return;
    const { pods } = state;
    const owner = pods.owner[pod];
    const inBurst = owner >= 0 && state.objects.name[owner].startsWith('burst');
    if ((what & Change.Created) !== 0) {
      if (owner >= 0) seen.created.push(ms());
      if (inBurst) seen.burst.created.push(ms());
    }
    if ((what & Change.Bound) !== 0) {
      seen.scheduled.push(ms());
      if (engine.now >= t0Us) seen.waits.push((engine.now - pods.createdAt[pod]) / 1000);
      if (inBurst) seen.burst.scheduled.push(ms());
    }
    if (engine.now < t0Us) return;
    if ((what & Change.Deleting) !== 0) seen.deleting.push(ms());
    if (struck.has(pods.node[pod])) {
      if ((pods.state[pod] & PodBit.Ready) === 0) seen.unready.set(pod, seen.unready.get(pod) ?? ms());
      if ((pods.state[pod] & PodBit.Disrupted) !== 0) seen.disrupted.add(pod);
    }
  });
  const { nodes, taintSets } = state;
  const known = new Set<NodeRow>();
  const hasTaint = new Set<NodeRow>();
  api.nodeCommits.push((node) => {
    if (nodes.ready[node] === NodeReady.Unknown && !known.has(node)) {
      known.add(node);
      seen.unknown.push(ms());
    }
    if (taintSets.get(nodes.taints[node]).some(({ effect }) => effect === 'NoExecute') && !hasTaint.has(node)) {
      hasTaint.add(node);
      seen.tainted.push(ms());
    }
  });
  return seen;
}

type Seen = ReturnType<typeof observe>;

function figuresOf(seen: Seen, driver: Driver, burst: boolean): Figures {
  const figures: Figures = new Map();
  figures.set('sigcont_to_exit_ms', driver.wokenMs);
  for (const [short, component] of Object.entries(COMPONENTS)) {
    const changes = seen.changes.filter((one) => one.component === component);
    const taken = changes.find(({ holder }) => holder !== '');
    const renewedMs = seen.renewedMs.get(component);
    figures.set(`lease/${short}/changes_n`, changes.length);
    figures.set(`lease/${short}/last_renewal_before_t0_ms`, renewedMs);
    if (taken === undefined || renewedMs === undefined) continue;
    figures.set(`lease/${short}/taken_ms`, taken.ms);
    figures.set(`lease/${short}/last_renewal_to_taken_ms`, taken.ms - renewedMs);
    const times = short === 'sched' ? seen.scheduled : seen.created;
    const first = times.find((time) => time >= taken.ms);
    const path = short === 'sched' ? 'pods_scheduled' : 'pods_created_by_replicaset';
    if (first !== undefined) figures.set(`${path}/first_after_lease_taken_ms`, first - taken.ms);
  }
  const waits = seen.waits.toSorted((a, b) => a - b);
  figures.set('pods/created_to_scheduled_p50_ms', waits.at(Math.floor(waits.length / 2)));
  figures.set('pods/created_to_scheduled_max_ms', waits.at(-1));
  figures.set('pods_scheduled/longest_gap_ms', longestGap(seen.scheduled));
  figures.set('pods_created_by_replicaset/longest_gap_ms', longestGap(seen.created));
  figures.set('nodes/ready_unknown_ms', seen.unknown);
  figures.set('nodes/first_noexecute_ms', seen.tainted);
  figures.set('evictions/disruption_target_n', seen.disrupted.size);
  figures.set('evictions/deleting_n', seen.deleting.length);
  figures.set('evictions/first_ms', seen.deleting.at(0));
  figures.set('evictions/last_ms', seen.deleting.at(-1));
  figures.set('pods/unready_n', seen.unready.size);
  figures.set('pods/unready_first_ms', Math.min(...seen.unready.values()));
  figures.set('pods/created_n', seen.created.filter((time) => time > 0).length);
  figures.set(
    'pods/created_first_ms',
    seen.created.find((time) => time > 0),
  );
  if (burst) burstFigures(seen, figures);
  return figures;
}

function burstFigures({ burst }: Seen, figures: Figures): void {
  const { created, scheduled } = burst;
  figures.set('burst/created_n', created.length);
  figures.set('burst/created_first_ms', created.at(0));
  figures.set('burst/created_last_ms', created.at(-1));
  figures.set('burst/scheduled_n', scheduled.length);
  const [first] = scheduled;
  const last = scheduled.at(-1) ?? Number.NaN;
  figures.set('burst/scheduled_first_ms', first);
  figures.set('burst/scheduled_last_ms', last);
  figures.set('burst/scheduling_took_ms', last - first);
  figures.set('burst/restart_to_first_scheduled_ms', first - 60_000);
  figures.set('burst/all_scheduled_in_first_1s', scheduled.filter((time) => time < first + 1000).length);
  figures.set('burst/rate_after_first_100_per_s', (scheduled.length - 100) / ((last - scheduled[99]) / 1000));
}

function longestGap(times: readonly number[]): number {
  return Math.max(0, ...times.slice(1).map((time, i) => time - times[i]));
}

/** Each second a pod is created and that of 20 s ago deleted, and one of those that run of the Deployment. */
function churn(world: World, timers: Timers): void {
  const { engine, api, state } = world;
  const client = new ApiClient(api, 'churn', { qps: Infinity, burst: 1 });
  const template = {
    spec: { containers: [{ name: 'pause', image: 'pause', resources: { requests: { cpu: '10m' } } }] },
  };
  const podClass = client.podClass('default', template, 'churn').id;
  const made: string[] = [];
  const random = engine.stream('churn');
  const tick = (): void => {
    const name = `churn-${made.push('')}`;
    made[made.length - 1] = name;
    client.createPod(podClass, -1, name);
    const { pods } = state;
    const old = made.at(-1 - LIVES_S);
    const web: PodRow[] = [];
    for (let pod = 0 as PodRow; pod < pods.length; pod = (pod + 1) as PodRow) {
      if (pods.alive[pod] === 0 || (pods.state[pod] & PodBit.Deleting) !== 0) continue;
      const owner = pods.owner[pod];
      if (owner < 0 && state.podName(pod) === old) client.deletePod(pod, pods.epoch[pod]);
      const isRunning = (pods.state[pod] & PodBit.PhaseMask) === PodPhase.Running;
      if (owner >= 0 && isRunning && state.objects.name[owner].startsWith('web')) web.push(pod);
    }
    if (web.length > 0) {
      const pod = web[random.int(web.length)];
      client.deletePod(pod, pods.epoch[pod]);
    }
    timers.after(1e6, tick);
  };
  tick();
}

function worldOf(replicas: number, seed: number): World {
  const job = jobOf(`apiVersion: wavetank/v1
kind: Scenario
metadata: { name: leaders }
spec:
  duration: 10m
  seed: ${seed + 1}
  cluster: { nodePools: [{ name: node, count: 10 }] }
  controlPlane: { replicas: 2, processes: { restart: 2s } }
  kubelet: { cachedImages: ["*"], sandbox: 500ms, containerStart: 500ms }
---
${JSON.stringify(deployment('web', replicas))}
`);
  return buildWorld(job.loaded, job.seed, { families, check: true });
}

function deployment(name: string, replicas: number): KubeObject {
  const labels = { app: name };
  const tolerate = (key: string) => ({ key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 30 });
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: 'default' },
    spec: {
      replicas,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          terminationGracePeriodSeconds: 1,
          tolerations: [tolerate('node.kubernetes.io/not-ready'), tolerate('node.kubernetes.io/unreachable')],
          containers: [{ name, image: 'test/web:v1', resources: { requests: { cpu: '10m', memory: '16Mi' } } }],
        },
      },
    },
  };
}
