// kube-scheduler: watches pods and nodes, decides where pods run, one at a time, and binds them through the API server. Here it is wired.
import { ApiClient } from '../api/client.ts';
import { Refused } from '../api/refused.ts';
import { bindPod } from '../api/requests/bind-pod.ts';
import type { ApiConnection } from '../api/server.ts';
import type { Calendar } from '../engine/calendar.ts';
import type { Family } from '../lib/family.ts';
import { deviceIndex, GPU_INDEX } from '../model/parse/gpu-request.ts';
import { AttemptRecorder } from './attempt-recorder.ts';
import { SchedulerCache } from './cache/cache.ts';
import { Nominations } from './cache/nominations.ts';
import { Decision } from './decision.ts';
import { Extenders } from './extenders.ts';
import type { Handle, ObjectSource, Plugin, SchedulerPorts } from './framework/interface.ts';
import { StorageObjects } from './framework/listers/storage-objects.ts';
import type { PodInfo } from './framework/pod-info.ts';
import { defaultProfile } from './framework/profile/default-profile.ts';
import { underPolicy } from './framework/profile/named-schedulers.ts';
import { Framework } from './framework/runtime/framework.ts';
import { failed, type Status, success } from './framework/status.ts';
import { reasonLists } from './framework/verdicts.ts';
import { Informers } from './informers.ts';
import type { SchedulerObserver } from './observer.ts';
import { Outcomes } from './outcomes.ts';
import { schedulerPlugins } from './plugins/index.ts';
import { Preemptor } from './preemption/preemptor.ts';
import { type QueueDepths, SchedulingQueue } from './queue/queue.ts';
import { ScheduleOne } from './schedule-one.ts';
import type { SchedulerOptions } from './settings.ts';
import { watchStorage } from './volumes/storage-events.ts';
import type { NodeRow, PodRow } from '../model/rows.ts';

export class Scheduler {
  readonly cache: SchedulerCache;
  readonly queue: SchedulingQueue;
  /** What plugins get. */
  readonly handle: Handle;
  readonly preemptor: Preemptor;
  readonly #api: ApiConnection;
  readonly #client: ApiClient;
  readonly #profiles: readonly Framework[];
  readonly #scheduleOne: ScheduleOne;
  readonly #outcomes: Outcomes;
  readonly #informers: Informers;
  readonly #bindReply: number;
  readonly #recorder: AttemptRecorder;

  /** `plugins` may have more members than the built-in ones; `ports` begin to work for plugins that ask. Throws an InputError for a profile that does not hold. */
  constructor(
    engine: Calendar,
    api: ApiConnection,
    settings: SchedulerOptions,
    plugins: Family<Handle, Plugin> = schedulerPlugins,
    ports: SchedulerPorts = {},
  ) {
    const { registry: state } = api;
    const { cycle, percentageOfNodesToScore, policy, profiles = [defaultProfile], tieBreak } = settings;
    this.#api = api;
    this.#client = new ApiClient(api, 'default-scheduler', settings.client);
    const events = new ApiClient(api, 'default-scheduler', settings.client);
    const reasons = reasonLists();
    const nominations = new Nominations();
    this.cache = new SchedulerCache(state);
    const pods = api.watchPods();

    // The framework: plugins, and what they may use.
    const views = new Map<string, ObjectSource>();
    const objects = (kind: string): ObjectSource => {
      const view = views.get(kind) ?? api.watchObjects(kind);
      views.set(kind, view);
      return view;
    };
    const random = engine.stream('scheduler');
    this.handle = {
      engine,
      cache: this.cache,
      storage: new StorageObjects(objects),
      labelSets: state.classes.labelSets,
      taintSets: state.taintSets,
      reasons,
      random,
      nowUs: () => engine.now,
      nodeName: (node) => state.nodeName(node),
      objects,
      pods: () => pods,
      activate: (pod) => this.queue.force(pod),
      update: (row, object) => this.#client.update(row, object),
      answered: (row) => this.#client.answered(row),
      writeBinding: (pod, node, binding) => this.#writeBinding(pod, node, binding),
      bound: (binding, status) => this.#scheduleOne.bound(binding, status),
      allow: (pod) => this.#scheduleOne.allow(pod),
      reject: (pod, plugin, reason) => this.#scheduleOne.reject(pod, plugin, reason),
      nominations,
      isPreempting: (pod) => this.preemptor.isPreempting(pod),
      resourceMetrics: ports.resourceMetrics,
      tariffs: ports.tariffs,
    };
    const { cache, handle } = this;
    this.preemptor = new Preemptor(engine, cache, this.#client, events, nominations, {
      bindings: () => this.#scheduleOne,
      pods: () => handle.pods(),
    });
    const create = (name: string, args: unknown) => plugins.create(name, args, handle);
    this.#profiles = profiles
      .map((profile) => (policy === undefined ? profile : underPolicy(profile, policy, create)))
      .map((profile) => new Framework(profile, handle, percentageOfNodesToScore, plugins));

    // The queue, the decision, and what becomes of it.
    this.queue = new SchedulingQueue(engine, state, pods, this.#profiles, settings, () => this.#scheduleOne.wake());
    const forTies = tieBreak === 'ranked' ? engine.stream('node ranks') : random;
    const decision = new Decision(cache, tieBreak, forTies, nominations);
    const { extenders = [] } = settings;
    if (extenders.length > 0 && ports.extenders !== undefined)
      decision.extenders = new Extenders(extenders, ports.extenders, handle);
    this.#recorder = new AttemptRecorder(decision, reasons);
    this.#outcomes = new Outcomes({
      api,
      client: this.#client,
      events,
      decision,
      reasons,
      preemptor: this.preemptor,
      recorder: this.#recorder,
      profiles: this.#profiles,
      queue: this.queue,
      seen: pods,
      nominated: () => pods.nominated,
      podLeft: (pod) => this.#informers.podLeft(pod),
      patched: () => this.#scheduleOne.patched(),
    });
    this.#scheduleOne = new ScheduleOne(
      engine,
      cache,
      pods,
      this.queue,
      this.#profiles,
      decision,
      cycle,
      this.#outcomes,
    );
    this.#bindReply = api.reply((binding, result) => this.#scheduleOne.bound(binding, bindingStatus(result)));

    // What the watches bring.
    const byName = new Map(this.#profiles.map(({ schedulerName }, index) => [schedulerName, index]));
    this.#informers = new Informers(
      api,
      pods,
      cache,
      this.queue,
      nominations,
      (schedulerName) => byName.get(schedulerName) ?? -1,
      (pod) => {
        this.#scheduleOne.gone(pod);
        this.#outcomes.forget(pod);
      },
    );
    watchStorage(objects, (event) => this.queue.happened(event));
  }

  /** Binds nothing until it leads: its watches bring what there is, and its queue fills. */
  standBy(): void {
    this.#scheduleOne.standBy();
  }

  lead(): void {
    this.#scheduleOne.lead();
  }

  /** Attempts by result since the start: attempts = scheduled + unschedulable + errors + those whose pod went away. */
  get counts(): Outcomes['counts'] {
    return this.#outcomes.counts;
  }

  /** Names of the profiles: what pods may ask for. */
  get schedulerNames(): readonly string[] {
    return this.#profiles.map(({ schedulerName }) => schedulerName);
  }

  /** What was last said of a pod that found no node; undefined for any other. */
  messageOf(row: PodRow): string | undefined {
    return this.#outcomes.messageOf(row);
  }

  /** How many pods wait where. */
  queueDepths(): QueueDepths {
    return this.queue.depths;
  }

  /** Shows every attempt to schedule one pod to an observer, from now on. It changes no decision. */
  observe(namespace: string, name: string, observer: SchedulerObserver): void {
    this.#recorder.observe(namespace, name, observer);
  }

  #writeBinding(pod: PodInfo, node: NodeRow, binding: number): void {
    const devices = this.cache.devices?.heldBy(pod.row) ?? 0;
    const annotations = devices === 0 ? undefined : { [GPU_INDEX]: deviceIndex(devices) };
    const request = bindPod(this.#api.requests, pod.row, pod.epoch, node, annotations);
    this.#api.submit(this.#client.bucket, request, this.#bindReply, binding);
  }
}

function bindingStatus(result: number): Status {
  if (result >= 0) return success;
  if (result === Refused.NotFound) return failed('binding rejected: the pod is not found');
  return failed('binding rejected: the pod is being deleted or is assigned to a node already');
}
