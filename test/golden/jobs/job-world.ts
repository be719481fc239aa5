// A world with one Job and the real controllers, but without kubelets: whoever uses it says what becomes of its pods.
import { ApiClient } from '../../../src/api/client.ts';
import { decodeObject } from '../../../src/model/objects/decode.ts';
import { defaultObject } from '../../../src/model/objects/default/object.ts';
import { replaceObject } from '../../../src/api/requests/update-object.ts';
import type { NodeAgents } from '../../../src/kubelet/node-agents.ts';
import { NodePods } from '../../../src/kubelet/node-pods.ts';
import { type Job, type JobStatus } from '../../../src/controllers/kit/job-objects.ts';
import { Change } from '../../../src/model/change-log.ts';
import { ContainerState } from '../../../src/model/containers.ts';
import { PodBit, PodPhase } from '../../../src/model/pods.ts';
import type { ObjectRow, PodRow } from '../../../src/model/rows.ts';
import { buildWorld, type World } from '../../../src/world/build.ts';
import { families, jobOf } from '../../support/world-rig.ts';

const NAME = 'golden';
const NODE = 'node-0';
const READY = PodBit.Ready | PodBit.ContainersReady;
const STARTED = PodPhase.Running | PodBit.Initialized | PodBit.HasIp | PodBit.Scheduled | READY;

export interface MadePod {
  readonly ordinal: number;
  readonly index: number;
  /** How manieth of its index. */
  readonly attempt: number;
  readonly row: PodRow;
  readonly epoch: number;
  readonly createdUs: number;
}

const silent: (world: { state: World['state'] }) => NodeAgents = ({ state }) => ({
  leases: { lastRenewalUs: () => Number.MAX_SAFE_INTEGER / 2, silent: [] },
  admitted: new NodePods(state),
  drained: () => undefined,
  holdsMore: () => undefined,
  crashNode: () => undefined,
  scrapNode: () => undefined,
  recoverNode: () => undefined,
  shutDownNode: () => undefined,
  stopKubelet: () => undefined,
  startKubelet: () => undefined,
  cutOff: () => undefined,
  fillDisk: () => () => undefined,
  troublePulls: () => () => undefined,
  reconnect: () => undefined,
  crashContainer: () => undefined,
});

export class JobWorld {
  readonly world: World;
  readonly made: MadePod[] = [];
  /** Pods whose deletion has begun. */
  readonly deleted: MadePod[] = [];
  onDelete: ((pod: MadePod) => void) | undefined;
  onGone: ((pod: MadePod) => void) | undefined;
  readonly #client: ApiClient;
  readonly #job: ObjectRow;
  readonly #script: (() => void)[] = [];
  readonly #onScript: number;

  /** Pods are on a node, and so have a grace period, or on none. */
  constructor(spec: object, onNode: boolean, createdUs = 0) {
    const wanted = Object.fromEntries(Object.entries(spec).filter(([, value]) => value !== null));
    const podSpec = {
      restartPolicy: 'Never',
      containers: [{ name: 'main', image: 'main' }],
      ...(onNode ? { nodeName: NODE, terminationGracePeriodSeconds: 1000 } : { schedulerName: 'nobody' }),
    };
    const job = {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: { name: NAME, namespace: 'default' },
      spec: { ...wanted, template: { spec: podSpec } },
    };
    const scenario = {
      apiVersion: 'wavetank/v1',
      kind: 'Scenario',
      metadata: { name: 'golden' },
      spec: {
        preset: 'ideal',
        duration: '10000s',
        interval: '10000s',
        cluster: { nodePools: [{ name: 'node', count: 1, zones: ['a'] }] },
      },
    };
    const { loaded, seed } = jobOf(JSON.stringify(scenario));
    this.world = buildWorld(loaded, seed, { families, check: true, nodeAgents: (_engine, api) => silent(api) });
    const { api, engine, state } = this.world;
    this.#onScript = engine.kind('golden.script', (index) => this.#script[index]());
    this.#client = new ApiClient(api, 'golden', { qps: Infinity, burst: 1 });
    api.podCommits.push((row, epoch, what) => {
      if ((what & Change.Created) !== 0) this.#noteCreated(row, epoch);
      const pod = this.made.find((one) => one.row === row && one.epoch === epoch);
      if (pod === undefined) return;
      if ((what & (Change.Deleting | Change.Removed)) !== 0 && !this.deleted.includes(pod)) {
        this.deleted.push(pod);
        this.onDelete?.(pod);
      }
      if ((what & Change.Removed) !== 0) this.onGone?.(pod);
    });
    const { object } = decodeObject(job);
    if (object === undefined) throw new Error('the Job cannot be decoded');
    defaultObject(object);
    engine.run(createdUs);
    this.#client.create(object as unknown as Job);
    engine.run(createdUs);
    this.#job = state.objects.find('Job', 'default', NAME);
  }

  #noteCreated(row: PodRow, epoch: number): void {
    const { engine, state } = this.world;
    const { index = -1 } = state.pods.ofJobs.get(row) ?? {};
    const attempt = this.made.filter((one) => one.index === index).length;
    this.made.push({ ordinal: this.made.length, index, attempt, row, epoch, createdUs: engine.now });
  }

  get nowUs(): number {
    return this.world.engine.now;
  }

  /** Booked before the world's own events of that instant: what a user does comes first. */
  at(timeUs: number, does: () => void): void {
    this.world.engine.at(timeUs, this.#onScript, this.#script.push(does) - 1, 0);
  }

  run(untilUs: number): void {
    this.world.engine.run(untilUs);
  }

  get status(): JobStatus {
    return (this.world.state.objects.get(this.#job) as Job | undefined)?.status ?? {};
  }

  /** Committed at once: the controller hears of it before it begins what is due in this instant. */
  setSpec(change: Partial<Job['spec']>): void {
    const { api, state } = this.world;
    const job = state.objects.get(this.#job) as Job;
    const asked = { ...job, spec: { ...job.spec, ...change } };
    replaceObject({ state, changes: api.changes, managers: api.managers }, this.#job, job, asked, false);
  }

  stateOf({ row, epoch }: MadePod): number {
    const { pods } = this.world.state;
    return pods.alive[row] === 1 && pods.epoch[row] === epoch ? pods.state[row] : -1;
  }

  start({ row, epoch }: MadePod): void {
    this.#client.patchPodStatus({ pod: row, epoch, mask: STARTED | PodBit.PhaseMask, bits: STARTED });
  }

  /** Its container ends with an exit code. */
  end(pod: MadePod, exitCode: number, disrupted = false): void {
    const { pods, containers } = this.world.state;
    const first = pods.firstContainer[pod.row];
    containers.state[first] = ContainerState.Terminated;
    containers.exitCode[first] = exitCode;
    containers.finishedAt[first] = this.nowUs;
    this.#patchPhase(
      pod,
      exitCode === 0 ? PodPhase.Succeeded : PodPhase.Failed,
      READY,
      disrupted ? PodBit.Disrupted : 0,
    );
  }

  /** Nothing is known of its containers. */
  fail(pod: MadePod): void {
    this.#patchPhase(pod, PodPhase.Failed, 0, 0);
  }

  #patchPhase({ row, epoch }: MadePod, phase: number, cleared: number, more: number): void {
    this.#client.patchPodStatus({ pod: row, epoch, mask: PodBit.PhaseMask | cleared | more, bits: phase | more });
  }

  delete({ row, epoch }: MadePod, graceSeconds = -1): void {
    this.#client.deletePod(row, epoch, graceSeconds);
  }
}
