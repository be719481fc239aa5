// The recordings' fake kubelets: delays as recorded, one status write each, no rate limit, nothing else.
import type { ApiServer } from '../../../src/api/server.ts';
import { removePod } from '../../../src/api/requests/delete-pod.ts';
import { updateNodeStatus } from '../../../src/api/requests/node-status.ts';
import { patchPodStatus } from '../../../src/api/requests/pod-status.ts';
import type { Engine } from '../../../src/engine/engine.ts';
import type { NodeAgents } from '../../../src/kubelet/node-agents.ts';
import { NodePods } from '../../../src/kubelet/node-pods.ts';
import { Change } from '../../../src/model/change-log.ts';
import { NodeReady } from '../../../src/model/nodes.ts';
import { PodBit, PodPhase } from '../../../src/model/pods.ts';
import type { Leases } from '../../../src/model/ports/leases.ts';
import type { Delays, Step } from './kubelet-delays.ts';
import type { NodeRow, PodRow } from '../../../src/model/rows.ts';

const RENEW_US = 10e6;
/** Kinds that make pods. */
const MAKERS: ReadonlySet<string> = new Set(['ReplicaSet', 'StatefulSet', 'DaemonSet', 'Job']);
const RUNNING = PodPhase.Running | PodBit.Initialized | PodBit.HasIp | PodBit.Scheduled;
const IS_READY = PodBit.Ready | PodBit.ContainersReady;
const READY_AND_PHASE = RUNNING | IS_READY | PodBit.PhaseMask;

/** Leases renewed every ten seconds; the last renewal before a stop is the recorded one. */
class FakeLeases implements Leases {
  readonly #stopped = new Map<NodeRow, number>();
  readonly #phase = new Map<number, number>();
  readonly #last: (node: NodeRow) => number;
  readonly #now: () => number;

  constructor(last: (node: NodeRow) => number, now: () => number) {
    this.#last = last;
    this.#now = now;
  }

  get silent(): Iterable<NodeRow> {
    return this.#stopped.keys();
  }

  lastRenewalUs(node: NodeRow): number {
    const phase = this.#phase.get(node) ?? this.#last(node);
    const until = this.#stopped.get(node);
    return until === undefined ? phase + Math.floor((this.#now() - phase) / RENEW_US) * RENEW_US : until;
  }

  stop(node: NodeRow): void {
    const recorded = this.#phase.has(node) ? undefined : this.#last(node);
    this.#stopped.set(node, recorded !== undefined && recorded <= this.#now() ? recorded : this.lastRenewalUs(node));
  }

  start(node: NodeRow): void {
    this.#stopped.delete(node);
    this.#phase.set(node, this.#now());
  }
}

interface Pending {
  readonly key: string;
  readonly kind: number;
  readonly pod: PodRow;
  readonly epoch: number;
  readonly together: number;
  /** As drawn: earlier it does not come. */
  readonly dueUs: number;
  /** As late as it was. */
  readonly comesUs: number;
}

export interface FakeOptions {
  readonly delays: readonly Delays[];
  /** When a node's kubelet last renewed before it was stopped, µs. */
  readonly lastRenewalUs: (node: NodeRow) => number;
}

export class FakeKubelets implements NodeAgents {
  readonly leases: FakeLeases;
  readonly admitted: NodePods;
  readonly #engine: Engine;
  readonly #api: ApiServer;
  readonly #bucket: number;
  /** Recorded delays by maker of pods in the order of their first pods, then in the order in which pods were seen bound. */
  readonly #recorded: readonly (readonly Delays[])[];
  /** Our makers of pods in the order of their creation, and how many of their pods were seen. */
  readonly #sets: number[] = [];
  readonly #seen = new Map<number, number>();
  readonly #delaysOf = new Map<string, Delays>();
  /** Work that fell due on stopped kubelets, by node. */
  readonly #overdue = new Map<number, (() => void)[]>();
  /** By kind of event. */
  readonly #work = new Map<number, (pod: PodRow, epoch: number) => void>();
  /** Steps that have not come yet, and those that were seen together. */
  readonly #pending = new Map<string, Pending>();
  readonly #together = new Map<number, Pending[]>();
  readonly #onRunning: number;
  readonly #onReady: number;
  readonly #onEnded: number;
  readonly #onDone: number;
  readonly #remove: number;

  constructor(engine: Engine, api: ApiServer, { delays, lastRenewalUs }: FakeOptions) {
    this.#engine = engine;
    this.#api = api;
    this.#bucket = api.limits({ qps: 0, burst: 0 }, 'kubelet', { retries: Infinity });
    this.admitted = new NodePods(api.state);
    this.leases = new FakeLeases(lastRenewalUs, () => engine.now);
    this.#recorded = bySet(delays);
    this.#onRunning = this.#kind('running', (pod, epoch) => this.#runs(pod, epoch));
    this.#onReady = this.#kind('ready', (pod, epoch) => this.#patch(pod, epoch, IS_READY, IS_READY));
    this.#onEnded = this.#kind('ended', (pod, epoch) => this.#ends(pod, epoch));
    this.#onDone = this.#kind('done', (pod, epoch) => this.#isDone(pod, epoch));
    // The DELETE follows the answer to the status write.
    this.#remove = api.reply((pod, result) => {
      if (result < 0) return;
      api.submit(this.#bucket, removePod(api.requests, pod as PodRow, api.state.pods.epoch[pod]));
    });
    api.objectCommits.push((row, what) => {
      if ((what & Change.Created) !== 0 && MAKERS.has(api.state.objects.kind[row])) this.#sets.push(row);
    });
    api.podCommits.push((pod, _epoch, what) => {
      const node = api.state.pods.node[pod];
      if (node < 0) return;
      if ((what & Change.Bound) !== 0) this.admitted.add(pod, node);
      if ((what & Change.Removed) !== 0) this.admitted.remove(pod, node);
    });
    api.kubelets.feed.push((pod, epoch, what) => this.#does(pod, epoch, () => this.#heard(pod, epoch, what)));
  }

  // Pods.

  #heard(pod: PodRow, epoch: number, what: number): void {
    if (what === Change.Deleting) {
      const { term } = this.#delays(pod, epoch);
      const grace = this.#api.state.pods.graceUs[pod] / 1e6;
      const drawn = Math.min(term.drawn, grace);
      this.#later({ ...term, drawn, took: drawn + term.took - term.drawn }, this.#onEnded, pod, epoch);
    } else {
      this.#later(this.#delays(pod, epoch).start, this.#onRunning, pod, epoch);
    }
  }

  #runs(pod: PodRow, epoch: number): void {
    if ((this.#api.state.pods.state[pod] & PodBit.Deleting) !== 0) return;
    const { ready, run } = this.#delays(pod, epoch);
    this.#patch(pod, epoch, RUNNING | PodBit.PhaseMask | IS_READY, ready.drawn === 0 ? RUNNING | IS_READY : RUNNING);
    if (ready.drawn > 0) this.#later(ready, this.#onReady, pod, epoch);
    this.#later(run, this.#onDone, pod, epoch);
  }

  /** Its work has ended by itself. */
  #isDone(pod: PodRow, epoch: number): void {
    if ((this.#api.state.pods.state[pod] & PodBit.Deleting) !== 0) return;
    const { fails } = this.#delays(pod, epoch);
    this.#patch(pod, epoch, READY_AND_PHASE, fails ? PodPhase.Failed : PodPhase.Succeeded);
  }

  #ends(pod: PodRow, epoch: number): void {
    this.#patch(pod, epoch, READY_AND_PHASE, PodPhase.Succeeded, this.#remove);
  }

  #patch(pod: PodRow, epoch: number, mask: number, bits: number, reply = -1): void {
    const request = patchPodStatus(this.#api.requests, { pod, epoch, mask, bits });
    this.#api.submit(this.#bucket, request, reply, pod);
  }

  /** The k-th pod of the n-th maker has the delays of its like in the recording; of more pods, those of the last. */
  #delays(pod: PodRow, epoch: number): Delays {
    const key = `${pod}/${epoch}`;
    const known = this.#delaysOf.get(key);
    if (known !== undefined) return known;
    const owner = this.#api.state.pods.owner[pod];
    const ordinal = this.#seen.get(owner) ?? 0;
    this.#seen.set(owner, ordinal + 1);
    const recorded = this.#recorded[Math.min(this.#sets.indexOf(owner), this.#recorded.length - 1)];
    const delays = recorded[Math.min(ordinal, recorded.length - 1)];
    this.#delaysOf.set(key, delays);
    return delays;
  }

  // Time.

  #kind(name: string, work: (pod: PodRow, epoch: number) => void): number {
    const kind = this.#engine.kind(`fake-kubelet.${name}`, (pod, epoch) => this.#comes(`${kind}/${pod}/${epoch}`));
    this.#work.set(kind, work);
    return kind;
  }

  /** Steps that were seen together come in one go, as far as they are due: as late on average as they were. */
  #comes(key: string): void {
    const first = this.#pending.get(key);
    if (first === undefined) return;
    const { now } = this.#engine;
    const group = first.together < 0 ? [first] : (this.#together.get(first.together) ?? []);
    const waiting = group.filter(({ key: one, dueUs }) => this.#pending.has(one) && dueUs <= now);
    if (waiting.reduce((sum, { comesUs }) => sum + comesUs - now, 0) > 0) return;
    for (const one of waiting) {
      this.#pending.delete(one.key);
      this.#does(one.pod, one.epoch, () => this.#work.get(one.kind)?.(one.pod, one.epoch));
    }
  }

  #later({ drawn, took, together }: Step, kind: number, pod: PodRow, epoch: number): void {
    if (drawn < 0) return;
    const { now } = this.#engine;
    const key = `${kind}/${pod}/${epoch}`;
    const step = { key, kind, pod, epoch, together, dueUs: now + drawn * 1e6, comesUs: Math.round(now + took * 1e6) };
    this.#pending.set(key, step);
    const group = this.#together.get(together);
    if (group === undefined) this.#together.set(together, [step]);
    else group.push(step);
    this.#engine.at(step.comesUs, kind, pod, epoch);
  }

  /** Now, or when the stopped kubelet is back; never for a pod that is gone. */
  #does(pod: PodRow, epoch: number, work: () => void): void {
    const { pods } = this.#api.state;
    if (pods.epoch[pod] !== epoch || pods.alive[pod] === 0) return;
    const waiting = this.#overdue.get(pods.node[pod]);
    if (waiting === undefined) work();
    else waiting.push(() => this.#does(pod, epoch, work));
  }

  // Nodes.

  stopKubelet(node: NodeRow): void {
    this.leases.stop(node);
    this.#overdue.set(node, []);
  }

  startKubelet(node: NodeRow): void {
    this.leases.start(node);
    this.#api.submit(this.#bucket, updateNodeStatus(this.#api.requests, node, NodeReady.True));
    const waiting = this.#overdue.get(node) ?? [];
    this.#overdue.delete(node);
    for (let pod = this.admitted.first(node); pod >= 0; pod = this.admitted.next(pod)) this.#readyAgain(pod);
    for (const work of waiting) work();
  }

  /** The node controller said that it is not ready; its kubelet knows better. */
  #readyAgain(pod: PodRow): void {
    const { pods } = this.#api.state;
    const unready = (pods.state[pod] & (PodBit.PhaseMask | PodBit.Ready | PodBit.Deleting)) === PodPhase.Running;
    if (unready && (pods.state[pod] & PodBit.ContainersReady) !== 0) {
      this.#patch(pod, pods.epoch[pod], PodBit.Ready | PodBit.ContainersReady, IS_READY);
    }
  }

  crashNode(node: NodeRow): void {
    this.stopKubelet(node);
  }

  scrapNode(node: NodeRow): void {
    this.crashNode(node);
  }

  shutDownNode(node: NodeRow, then: () => void): void {
    this.crashNode(node);
    then();
  }

  recoverNode(node: NodeRow): void {
    this.startKubelet(node);
  }

  fillDisk(): () => void {
    throw new Error('the fake kubelets have no disks');
  }

  troublePulls(): () => void {
    throw new Error('the fake kubelets pull nothing');
  }

  cutOff(): void {
    throw new Error('the fake kubelets cannot be cut off');
  }

  reconnect(): void {
    throw new Error('the fake kubelets cannot be cut off');
  }

  crashContainer(): void {
    throw new Error('the fake kubelets have no containers');
  }

  holdsMore(): void {
    // Requests hold nothing of a fake node.
  }

  drained(): void {
    throw new Error('the fake kubelets have no processes');
  }
}

function bySet(delays: readonly Delays[]): Delays[][] {
  const sets = new Map<string, Delays[]>();
  for (const one of delays) {
    const set = one.pod.slice(0, one.pod.lastIndexOf('-'));
    const rows = sets.get(set);
    if (rows === undefined) sets.set(set, [one]);
    else rows.push(one);
  }
  return [...sets.values()];
}
