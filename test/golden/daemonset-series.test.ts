// DaemonSets over many syncs, with nodes that come and templates that change, against the real controller with the same model kubelet.
import type { DaemonSetSpec } from 'kubernetes-types/apps/v1.js';
import { test } from 'vitest';
import { ApiClient } from '../../src/api/client.ts';
import { bindPod } from '../../src/api/requests/bind-pod.ts';
import { removePod } from '../../src/api/requests/delete-pod.ts';
import { patchPodStatus } from '../../src/api/requests/pod-status.ts';
import { ApiServer } from '../../src/api/server.ts';
import { daemonSet } from '../../src/controllers/daemon-set/daemon-set-controller.ts';
import { ManagerContext } from '../../src/controllers/kit/controller.ts';
import type { DaemonSet } from '../../src/controllers/kit/daemon-set-objects.ts';
import { SharedViews } from '../../src/controllers/kit/shared-views.ts';
import { defaultControllerSettings } from '../../src/controllers/settings.ts';
import { Engine } from '../../src/engine/engine.ts';
import { Change } from '../../src/model/change-log.ts';
import { PodBit, PodPhase } from '../../src/model/pods.ts';
import type { ObjectRow, PodRow } from '../../src/model/rows.ts';
import { ClusterState } from '../../src/model/state.ts';
import { idealApi } from '../support/cluster-rig.ts';
import { agree, difference, eachRecord } from './harness.ts';

interface Entry {
  readonly t: number;
  readonly op?: 'create' | 'delete' | 'gone';
  readonly rev?: string;
  readonly count?: number;
  readonly status?: Readonly<Record<string, number>>;
}

interface Series {
  readonly id: number;
  readonly nodes: number;
  readonly readyDelay: Readonly<Record<string, number>>;
  readonly terminationSeconds: number;
  readonly script: readonly { readonly t: number; readonly op: string }[];
  readonly spec: Pick<DaemonSetSpec, 'updateStrategy' | 'minReadySeconds'>;
  readonly events: readonly Entry[];
}

/** In a second of the recordings: the model kubelet, the script, the sample of the status, the pods that are gone. */
const ACTS_US = 300_000;
const SCRIPT_US = 320_000;
const SAMPLE_US = 350_000;
const GOES_US = 600_000;
const UNTIL_S = 150;

const RUNNING = PodPhase.Running | PodBit.Initialized | PodBit.HasIp | PodBit.Scheduled;
const READY = PodBit.Ready | PodBit.ContainersReady;

class Run {
  readonly entries: Entry[] = [];
  readonly #engine = new Engine({ seed: 1 });
  readonly #state = new ClusterState('1');
  readonly #api: ApiServer;
  readonly #user: ApiClient;
  readonly #bucket: number;
  readonly #series: Series;
  #set: ObjectRow = -1;
  #nodes = 0;
  #generation = 0;
  #last = '';

  constructor(series: Series) {
    this.#series = series;
    this.#api = new ApiServer(this.#engine, this.#state, idealApi);
    this.#user = new ApiClient(this.#api, 'user', { qps: 0, burst: 0 });
    this.#bucket = this.#api.limits({ qps: 0, burst: 0 });
    const added = series.script.filter(({ op }) => op === 'addNode').length;
    for (let i = 0; i < series.nodes - added; i += 1) this.#addNode();
    const settings = {
      ...defaultControllerSettings,
      clients: { qps: 0, burst: 0 },
      syncWorkUs: 0,
      concurrentSyncs: { daemonSet: 1 },
    };
    daemonSet.start(new ManagerContext(this.#engine, this.#api, new SharedViews(this.#api), settings));
    this.#api.podCommits.push((pod, _epoch, what) => this.#podChanged(pod, what));
    this.#setImage('A');
    for (let second = 0; second < UNTIL_S; second += 1) this.#second(second);
  }

  #second(second: number): void {
    const engine = this.#engine;
    const startUs = second * 1e6;
    engine.run(startUs + ACTS_US);
    this.#act(startUs + ACTS_US);
    engine.run(startUs + SCRIPT_US);
    const now = this.#series.script.filter(({ t }) => t === second);
    // The controller hears of both at once.
    for (const { op } of now) if (op !== 'addNode') this.#setImage(op.slice('image '.length));
    for (const { op } of now) if (op === 'addNode') this.#addNode();
    engine.run(startUs + SAMPLE_US);
    this.#sample(second);
    engine.run(startUs + GOES_US);
    this.#endPods(startUs + GOES_US);
  }

  #addNode(): void {
    const resources = { cpu: 4000, memory: 2 ** 30, pods: 110 };
    const name = `n${this.#nodes}`;
    this.#nodes += 1;
    const spec = { name, labels: {}, taints: [], unschedulable: false, hourlyCost: 0 };
    const row = this.#state.addNode({ ...spec, capacity: resources, allocatable: resources }, this.#engine.now);
    this.#api.changes.nodeChanged(row, Change.Created);
  }

  #setImage(image: string): void {
    this.#generation += 1;
    const template = {
      metadata: { labels: { app: 'd' } },
      spec: { containers: [{ name: 'c', image }] },
    };
    const spec = { ...this.#series.spec, selector: { matchLabels: { app: 'd' } }, template, revisionHistoryLimit: 10 };
    const before = this.#set < 0 ? undefined : (this.#state.objects.get(this.#set) as DaemonSet);
    const annotations = { 'deprecated.daemonset.template.generation': String(this.#generation) };
    const metadata = before?.metadata ?? { name: 'd', namespace: 'ns', uid: 'd', generation: 1 };
    const object = { apiVersion: 'apps/v1', kind: 'DaemonSet', metadata: { ...metadata, annotations }, spec };
    if (before === undefined) {
      this.#user.create(object);
      this.#set = 0 as ObjectRow;
    } else this.#user.update(this.#set, object);
  }

  #podChanged(pod: PodRow, what: number): void {
    const t = Math.floor(this.#engine.now / 1e6);
    if ((what & Change.Created) !== 0) {
      this.#note({ t, op: 'create', rev: this.#imageOf(pod) });
      const { epoch, pinned } = this.#state.pods;
      // The recordings bind pods later, but keep them for their termination all the same; a real API server would not.
      this.#api.submit(this.#bucket, bindPod(this.#api.requests, pod, epoch[pod], pinned[pod]));
    }
    if ((what & Change.Deleting) !== 0) this.#note({ t, op: 'delete' });
    if ((what & Change.Removed) !== 0) this.#note({ t, op: 'gone' });
  }

  /** Equal operations of one second are one entry. */
  #note(entry: Entry): void {
    const at = this.entries.findIndex(({ t, op, rev }) => t === entry.t && op === entry.op && rev === entry.rev);
    if (at < 0) this.entries.push({ ...entry, count: 1 });
    else this.entries[at] = { ...entry, count: (this.entries[at].count ?? 0) + 1 };
  }

  #imageOf(pod: PodRow): string {
    const { classes, pods } = this.#state;
    return classes.get(pods.podClass[pod]).runtime.containers[0].image ?? '';
  }

  /** Pods run after a second and are ready after their delay. */
  #act(nowUs: number): void {
    const { pods } = this.#state;
    for (let pod = 0 as PodRow; pod < pods.length; pod = (pod + 1) as PodRow) {
      if (pods.alive[pod] === 0 || (pods.state[pod] & PodBit.Deleting) !== 0) continue;
      const age = nowUs - pods.createdAt[pod] + (SCRIPT_US - ACTS_US);
      const ready = age >= (this.#series.readyDelay[this.#imageOf(pod)] ?? Infinity) * 1e6 ? READY : 0;
      if (age < 1e6 || (pods.state[pod] & (RUNNING | ready)) === (RUNNING | ready)) continue;
      const epoch = pods.epoch[pod];
      const bits = RUNNING | ready;
      this.#api.submit(this.#bucket, patchPodStatus(this.#api.requests, { pod, epoch, mask: bits, bits }));
    }
  }

  #endPods(nowUs: number): void {
    const { pods } = this.#state;
    for (let pod = 0 as PodRow; pod < pods.length; pod = (pod + 1) as PodRow) {
      if (pods.alive[pod] === 0 || (pods.state[pod] & PodBit.Deleting) === 0) continue;
      if (pods.deletedAt[pod] + (this.#series.terminationSeconds + 0.1) * 1e6 > nowUs) continue;
      this.#api.submit(this.#bucket, removePod(this.#api.requests, pod, pods.epoch[pod]));
    }
  }

  #sample(t: number): void {
    const { status } = this.#state.objects.get(this.#set) as DaemonSet;
    const sampled = {
      available: status?.numberAvailable ?? 0,
      current: status?.currentNumberScheduled ?? 0,
      desired: status?.desiredNumberScheduled ?? 0,
      misscheduled: status?.numberMisscheduled ?? 0,
      ready: status?.numberReady ?? 0,
      updated: status?.updatedNumberScheduled ?? 0,
    };
    const text = JSON.stringify(sampled);
    if (text !== this.#last) this.entries.push({ t, status: sampled });
    this.#last = text;
  }
}

/** In the order of the recordings: the operations of a second by text, then the status. */
function inOrder(entries: readonly Entry[]): Entry[] {
  const text = ({ op, rev = '' }: Entry): string => `${op ?? '~'} ${rev}`;
  return [...entries].sort((a, b) => a.t - b.t || (text(a) < text(b) ? -1 : text(a) > text(b) ? 1 : 0));
}

test('whole rollouts', () => {
  agree('workload-series/daemonset', eachRecord<Series>('workload-series/daemonset.jsonl.gz'), (series) => {
    const run = new Run(series);
    const told = (list: readonly Entry[]): string[] =>
      inOrder(list).map(({ t, op, rev, count, status }) =>
        op === undefined ? `${t} ${JSON.stringify(status)}` : `${t} ${op} ${count ?? 1} ${rev ?? ''}`,
      );
    const theirs = told(series.events);
    const ours = told(run.entries);
    const at = theirs.findIndex((line, index) => line !== ours[index]);
    return difference(theirs.slice(at), ours.slice(at).slice(0, theirs.length), String(series.id));
  });
});
