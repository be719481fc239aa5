// kube-scheduler: watches pods and nodes, decides where pods run, one at a time, and binds them through the API server.
import { ApiClient } from '../api/client.ts';
import type { ApiServer } from '../api/server.ts';
import { Refused } from '../api/refused.ts';
import { bindPod } from '../api/requests/bind-pod.ts';
import { recordPodEvent } from '../api/requests/events.ts';
import { patchPodStatus } from '../api/requests/pod-status.ts';
import type { Engine } from '../engine/engine.ts';
import type { Family } from '../lib/family.ts';
import { deviceIndex, GPU_INDEX } from '../model/parse/gpu-request.ts';
import { Bindings } from './binding.ts';
import { SchedulerCache } from './cache/cache.ts';
import { Cycle } from './cycle.ts';
import { Decision } from './decision.ts';
import { defaultProfile } from './framework/profile/default-profile.ts';
import { fitError } from './framework/fit-error.ts';
import type { Handle, ObjectSource, Plugin } from './framework/interface.ts';
import { Informers } from './informers.ts';
import { Nominations } from './cache/nominations.ts';
import { AttemptRecorder, type SchedulerObserver } from './observer.ts';
import { schedulerPlugins } from './plugins/index.ts';
import { underPolicy } from './framework/profile/named-schedulers.ts';
import { PodInfo } from './framework/pod-info.ts';
import { Preemptor } from './preemption/preemptor.ts';
import { type QueueDepths, SchedulingQueue } from './queue/queue.ts';
import { Framework } from './framework/runtime/framework.ts';
import type { SchedulerSettings } from './settings.ts';
import { failed, type Status, success } from './framework/status.ts';
import { reasonLists } from './framework/verdicts.ts';
import { watchStorage } from './volumes/storage-events.ts';
import { StorageObjects } from './framework/listers/storage-objects.ts';

/** The longest message of an event. */
const LONGEST_NOTE = 1024;
/** The body of the status that says why the pod is pending. */
const UNSCHEDULABLE = 'Unschedulable';

export class Scheduler {
  /** Attempts by result since the start: attempts = scheduled + unschedulable + errors + those whose pod went away. */
  readonly counts = { attempts: 0, scheduled: 0, unschedulable: 0, errors: 0 };
  readonly cache: SchedulerCache;
  readonly queue: SchedulingQueue;
  /** What plugins get. */
  readonly handle: Handle;
  readonly preemptor: Preemptor;
  readonly #nominations = new Nominations();
  readonly #engine: Engine;
  readonly #api: ApiServer;
  readonly #client: ApiClient;
  readonly #events: ApiClient;
  readonly #profiles: readonly Framework[];
  readonly #decision: Decision;
  readonly #bindings: Bindings;
  readonly #informers: Informers;
  readonly #reasons = reasonLists();
  readonly #bindReply: number;
  /** By namespace: the interned message of the event Scheduled. */
  readonly #assigned = new Map<string, number>();
  /** By pod: epoch and message of its last FailedScheduling; the status is written when it changes. */
  readonly #messages = new Map<number, { readonly epoch: number; readonly message: string }>();
  readonly #recorder: AttemptRecorder;
  #observed: { readonly namespace: string; readonly name: string; readonly observer: SchedulerObserver } | undefined;

  /** `plugins` may have more members than the built-in ones. Throws an InputError for a profile that does not hold. */
  constructor(
    engine: Engine,
    api: ApiServer,
    settings: SchedulerSettings,
    plugins: Family<Handle, Plugin> = schedulerPlugins,
  ) {
    const { state } = api;
    this.#engine = engine;
    this.#api = api;
    this.#client = new ApiClient(api, 'default-scheduler', settings.client);
    this.#events = new ApiClient(api, 'default-scheduler', settings.client);
    this.cache = new SchedulerCache(state);
    const views = new Map<string, ObjectSource>();
    const objects = (kind: string): ObjectSource => {
      const view = views.get(kind) ?? api.watchObjects(kind);
      views.set(kind, view);
      return view;
    };
    const handle: Handle = {
      engine,
      cache: this.cache,
      storage: new StorageObjects(objects),
      labelSets: state.classes.labelSets,
      taintSets: state.taintSets,
      reasons: this.#reasons,
      random: engine.stream('scheduler'),
      nowUs: () => engine.now,
      nodeName: (node) => state.nodeName(node),
      objects,
      pods: () => this.#informers.pods,
      activate: (pod) => this.queue.force(pod),
      update: (row, object) => this.#client.update(row, object),
      writeBinding: (pod, node, binding) => this.#writeBinding(pod, node, binding),
      bound: (binding, status) => this.#bindings.bound(binding, status),
      allow: (pod) => this.#bindings.allow(pod),
      reject: (pod, plugin, reason) => this.#bindings.reject(pod, plugin, reason),
      nominations: this.#nominations,
      isPreempting: (pod) => this.preemptor.isPreempting(pod),
    };
    this.handle = handle;
    const { cache } = this;
    this.preemptor = new Preemptor(engine, cache, this.#client, this.#events, this.#nominations, () => this.#bindings);
    const { policy, profiles = [defaultProfile] } = settings;
    const create = (name: string, args: unknown) => plugins.create(name, args, handle);
    this.#profiles = profiles
      .map((profile) => (policy === undefined ? profile : underPolicy(profile, policy, create)))
      .map((profile) => new Framework(profile, handle, settings.percentageOfNodesToScore, plugins));
    const byName = new Map(this.#profiles.map(({ schedulerName }, index) => [schedulerName, index]));
    const forTies = settings.tieBreak === 'ranked' ? engine.stream('node ranks') : handle.random;
    this.#decision = new Decision(this.cache, settings.tieBreak, forTies, this.#nominations);
    this.#recorder = new AttemptRecorder(state, this.#decision);
    this.queue = new SchedulingQueue(engine, state, this.#profiles, settings, () => cycle.wake());
    const cycle = new Cycle(engine, state, this.cache, this.queue, this.#profiles, this.#decision, settings.cycle, {
      witness: (pod) => this.#witness(pod),
      decided: (pod, framework) => this.#recorder.decided(framework, pod, this.cache, this.#reasons),
      placed: (pod, node, profile) => this.#placed(pod, node, profile),
      rejected: (pod, profile) => this.#rejected(pod, profile),
    });
    this.#bindings = new Bindings(engine, state, this.#profiles, {
      released: (pod) => this.queue.done(pod),
      bound: (pod, node) => this.#bound(pod, node),
      failed: (pod, _node, status, plugin) => this.#bindingFailed(pod, status, plugin),
    });
    this.#informers = new Informers(
      api,
      this.cache,
      this.queue,
      this.#nominations,
      (schedulerName) => byName.get(schedulerName) ?? -1,
      (pod) => {
        this.#bindings.gone(pod);
        this.#messages.delete(pod);
      },
    );
    watchStorage(objects, (event) => this.queue.happened(event));
    this.#bindReply = api.reply((binding, result) => this.#bindings.bound(binding, bindingStatus(result)));
  }

  /** Names of the profiles: what pods may ask for. */
  get schedulerNames(): readonly string[] {
    return this.#profiles.map(({ schedulerName }) => schedulerName);
  }

  /** What was last said of a pod that found no node; undefined for any other. */
  messageOf(row: number): string | undefined {
    const last = this.#messages.get(row);
    return last?.epoch === this.#api.state.pods.epoch[row] ? last?.message : undefined;
  }

  /** How many pods wait where. */
  queueDepths(): QueueDepths {
    return this.queue.depths;
  }

  /** Shows every attempt to schedule one pod to an observer, from now on. It changes no decision. */
  observe(namespace: string, name: string, observer: SchedulerObserver): void {
    this.#observed = { namespace, name, observer };
  }

  #witness(pod: PodInfo): AttemptRecorder | undefined {
    if (this.#observed === undefined || !this.#isObserved(pod)) return undefined;
    this.#recorder.begin();
    return this.#recorder;
  }

  #isObserved(pod: PodInfo): boolean {
    const { state } = this.#api;
    return this.#observed?.namespace === pod.podClass.namespace && this.#observed.name === state.podName(pod.row);
  }

  #report(pod: PodInfo, profile: number, message: string | null): void {
    if (this.#observed === undefined || !this.#isObserved(pod)) return;
    const { namespace, name, observer } = this.#observed;
    const about = { timeUs: this.#engine.now, attempt: this.queue.pods.attempts[pod.row], message };
    observer.attempt({ namespace, name }, this.#recorder.result(this.#profiles[profile], this.#reasons, about));
  }

  #placed(pod: PodInfo, node: number, profile: number): void {
    this.counts.attempts += 1;
    this.#report(pod, profile, null);
    if (this.#nominations.size > 0) this.#nominations.remove(pod.row);
    this.#bindings.start(pod, node, profile);
  }

  #rejected(pod: PodInfo, profile: number): void {
    this.counts.attempts += 1;
    this.counts.unschedulable += 1;
    const framework = this.#profiles[profile];
    const decision = this.#decision;
    const message = fitError(decision, framework, this.#reasons);
    this.#report(pod, profile, message);
    const { node, victims } = decision.postFilter;
    if (node !== undefined && victims !== undefined) this.preemptor.start(pod, node, victims);
    this.queue.fail(pod.row, decision.rejectedBy, 0);
    if (node !== undefined) this.#nominate(pod, node);
    this.#tell(pod, message, node);
  }

  #nominate({ row, epoch, podClass }: PodInfo, node: number): void {
    if (node >= 0) this.#nominations.add({ pod: row, epoch, node, priority: podClass.priority });
    else this.#nominations.remove(row);
  }

  /** Event FailedScheduling; the condition PodScheduled and the nominated node when one of them is new. */
  #tell(pod: PodInfo, message: string, nominated: number | undefined): void {
    const { row, epoch } = pod;
    const { requests, state } = this.#api;
    const note = message.length > LONGEST_NOTE ? `${message.slice(0, LONGEST_NOTE - 4)} ...` : message;
    this.#events.podEvent('Warning', 'FailedScheduling', note, state.pods.identity[row]);
    const last = this.#messages.get(row);
    const moved = nominated !== undefined && nominated !== (state.pods.nominated.get(row) ?? -1);
    if (last?.epoch === epoch && last.message === message && !moved) return;
    this.#messages.set(row, { epoch, message });
    const nominatedNode = moved ? nominated : undefined;
    const patch = { pod: row, epoch, reason: UNSCHEDULABLE, nominatedNode };
    this.#api.submit(this.#client.bucket, patchPodStatus(requests, patch));
  }

  #writeBinding(pod: PodInfo, node: number, binding: number): void {
    const devices = this.cache.devices?.heldBy(pod.row) ?? 0;
    const annotations = devices === 0 ? undefined : { [GPU_INDEX]: deviceIndex(devices) };
    const request = bindPod(this.#api.requests, pod.row, pod.epoch, node, annotations);
    this.#api.submit(this.#client.bucket, request, this.#bindReply, binding);
  }

  #bound(row: number, node: number): void {
    this.counts.scheduled += 1;
    this.#messages.delete(row);
    const { requests, state } = this.#api;
    const { namespace } = state.classes.get(state.pods.podClass[row]);
    let message = this.#assigned.get(namespace);
    if (message === undefined) {
      const text = `Successfully assigned ${namespace}/%s to %n`;
      message = state.events.messages.id({
        source: this.#events.name,
        type: 'Normal',
        reason: 'Scheduled',
        message: text,
      });
      this.#assigned.set(namespace, message);
    }
    // One event a pod: the spam filter of this source and object never meets its limit here.
    this.#api.submit(this.#events.bucket, recordPodEvent(requests, message, state.pods.identity[row], node));
  }

  /** Reservations are undone; the pod leaves the cache and is tried again. */
  #bindingFailed(row: number, status: Status, plugin: number): void {
    const { state } = this.#api;
    if (plugin < 0) this.counts.errors += 1;
    else this.counts.unschedulable += 1;
    const epoch = state.pods.epoch[row];
    const assumed = this.cache.nodeOf(row, epoch) >= 0 && this.cache.isAssumed(row);
    if (assumed) this.#informers.podLeft(row);
    // Bound by somebody else, as the watch has told: nothing to do.
    if (!assumed) {
      this.queue.delete(row);
      return;
    }
    const profile = this.queue.pods.profile[row];
    this.queue.fail(row, plugin < 0 ? 0 : 1 << plugin, 0);
    const pod = new PodInfo().point(state.pods, state.classes, row);
    const message = status.reasons.join(', ');
    this.#tell(pod, message, state.pods.nominated.has(row) ? -1 : undefined);
    if (this.#observed === undefined || !this.#isObserved(pod)) return;
    const name = plugin < 0 ? null : this.#profiles[profile].installed[plugin].name;
    this.#observed.observer.lost({ timeUs: this.#engine.now, plugin: name, message });
  }
}

function bindingStatus(result: number): Status {
  if (result >= 0) return success;
  if (result === Refused.NotFound) return failed('binding rejected: the pod is not found');
  return failed('binding rejected: the pod is being deleted or is assigned to a node already');
}
