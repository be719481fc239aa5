// The vertical pod autoscaler: each minute its recommender reads metrics and writes recommendations, and its updater evicts pods whose requests are not as recommended.
import type { Pod } from 'kubernetes-types/core/v1.js';
import { ApiClient } from '../api/client.ts';
import type { ObjectView } from '../api/object-view.ts';
import type { PodView } from '../api/pod-view.ts';
import { type Answer, Resources } from '../api/resources/resources.ts';
import type { ApiServer } from '../api/server.ts';
import type { Engine } from '../engine/engine.ts';
import { type Script, sleep } from '../engine/script.ts';
import { timestamp, timestampUs } from '../lib/timestamp.ts';
import { canonicalJson } from '../model/interner.ts';
import type { PodClass } from '../model/pod-class.ts';
import { isActive, isTerminal, PodBit, PodPhase } from '../model/pods.ts';
import { cpuMilli, wholeUnits } from '../model/parse/quantity.ts';
import type { ResourceMetrics } from '../model/ports.ts';
import type { ClientLimits } from '../model/settings/control-plane.ts';
import type { ObjectRow, PodRow } from '../model/rows.ts';
import {
  policyOf,
  selectorOfTarget,
  updateMode,
  VERTICAL_POD_AUTOSCALER,
  type VerticalPodAutoscaler as Autoscaler,
} from '../model/vertical-pod-autoscaler.ts';
import { recommendationsOf, withPolicy, written } from './recommendation-status.ts';
import { estimate } from './recommender/estimate.ts';
import { ContainerUsage, UsageHistory } from './recommender/usage-history.ts';
import { EvictionLimits } from './updater/eviction-limits.ts';
import { podsToUpdate, type UpdatablePod } from './updater/priority.ts';

const PERIOD_US = 60e6;
const MIN_REPLICAS = 2;
const EVICTION_TOLERANCE = 0.5;
const UPDATES: ReadonlySet<string> = new Set(['Recreate', 'Auto', 'InPlaceOrRecreate']);
/** Kinds that a VerticalPodAutoscaler may target, and owners of pods. */
const WORKLOADS = ['Deployment', 'ReplicaSet', 'StatefulSet', 'DaemonSet', 'ReplicationController'];
const EVICTED = 'Pod was evicted by VPA Updater to apply resource recommendation.';

interface SeenPod extends UpdatablePod {
  readonly row: PodRow;
  readonly epoch: number;
  readonly name: string;
  readonly podClass: PodClass;
  readonly owner: ObjectRow;
  readonly pending: boolean;
}

interface OomKill {
  readonly livedUs: number;
  readonly finishedUs: number;
}

/** What is remembered of a pod: its containers' samples, and the last kills for memory. */
interface Followed {
  readonly epoch: number;
  readonly usages: Map<string, ContainerUsage>;
  restarts: number;
  readonly oomKills: Map<string, OomKill>;
}

export class VerticalPodAutoscaler {
  readonly #engine: Engine;
  readonly #api: ApiServer;
  readonly #metrics: ResourceMetrics;
  readonly #recommender: ApiClient;
  readonly #updater: ApiClient;
  readonly #reader: Resources;
  readonly #evictions: Resources;
  readonly #pods: PodView;
  readonly #autoscalers: ObjectView<Autoscaler>;
  readonly #workloads: ReadonlyMap<string, ObjectView>;
  /** By autoscaler and container. */
  readonly #histories = new Map<ObjectRow, Map<string, UsageHistory>>();
  readonly #followed = new Map<PodRow, Followed>();

  constructor(engine: Engine, api: ApiServer, metrics: ResourceMetrics, limits: ClientLimits) {
    this.#engine = engine;
    this.#api = api;
    this.#metrics = metrics;
    this.#recommender = new ApiClient(api, 'vpa-recommender', limits, 'in-turn');
    this.#updater = new ApiClient(api, 'vpa-updater', limits, 'in-turn');
    this.#reader = new Resources(this.#recommender);
    this.#evictions = new Resources(this.#updater);
    this.#pods = api.watchPods();
    this.#autoscalers = api.watchObjects<Autoscaler>(VERTICAL_POD_AUTOSCALER);
    this.#workloads = new Map(WORKLOADS.map((kind) => [kind, api.watchObjects(kind)]));
    this.#autoscalers.subscribe((row, object) => {
      if (object === undefined) this.#histories.delete(row);
    });
  }

  start(): void {
    const random = this.#engine.stream('vertical pod autoscaler');
    const every = (name: string, loop: () => Script): void => {
      this.#engine.spawn(name, loops(Math.round(random.uniform() * PERIOD_US), loop));
    };
    every('vpa-recommender', () => this.#recommend());
    every('vpa-updater', () => this.#update());
  }

  *#recommend(): Script {
    for (const [row, autoscaler] of this.#autoscalers.entries()) {
      const pods = this.#podsOf(row, autoscaler);
      const histories = this.#histories.get(row) ?? new Map<string, UsageHistory>();
      this.#histories.set(row, histories);
      for (const pod of pods) yield* this.#observe(pod, histories);
      const status = this.#statusOf(autoscaler, pods, histories);
      if (canonicalJson(status) === canonicalJson(autoscaler.status ?? {})) continue;
      yield* this.#recommender.updateStatus(row, { ...autoscaler, status }).wait();
    }
    for (const [pod, { epoch }] of this.#followed) {
      if (this.#pods.alive[pod] !== 1 || this.#pods.epoch[pod] !== epoch) this.#followed.delete(pod);
    }
  }

  /** Takes the pod's newest samples, and its kills for memory. */
  *#observe(pod: SeenPod, histories: Map<string, UsageHistory>): Script {
    const followed = this.#follow(pod);
    for (const { name } of pod.podClass.runtime.containers) {
      const cpu = this.#metrics.read(pod.row, pod.epoch, 'cpu', name);
      const memory = this.#metrics.read(pod.row, pod.epoch, 'memory', name);
      if (typeof cpu !== 'object' || typeof memory !== 'object') continue;
      const usage = usageOf(followed, histories, name);
      usage.addCpu(Number(cpu.value), cpu.atUs);
      usage.addMemory(Number(memory.value / 1000n), memory.atUs);
    }
    const restarts = this.#pods.restarts[pod.row];
    if (restarts === followed.restarts) return;
    followed.restarts = restarts;
    const metadata = { name: pod.name, namespace: pod.podClass.namespace };
    const answer: Answer = yield* this.#reader.get({ apiVersion: 'v1', kind: 'Pod', metadata }).wait();
    if ('failure' in answer) return;
    for (const { name, lastState } of (answer.object as Pod).status?.containerStatuses ?? []) {
      const { reason, startedAt, finishedAt } = lastState?.terminated ?? {};
      if (reason !== 'OOMKilled' || finishedAt === undefined) continue;
      const finishedUs = timestampUs(finishedAt);
      if (followed.oomKills.get(name)?.finishedUs === finishedUs) continue;
      followed.oomKills.set(name, { livedUs: finishedUs - timestampUs(startedAt ?? finishedAt), finishedUs });
      const requested = requestsOf(pod.podClass).find((one) => one.name === name)?.memory ?? 0;
      usageOf(followed, histories, name).addOom(requested, finishedUs);
    }
  }

  #statusOf(
    autoscaler: Autoscaler,
    pods: readonly SeenPod[],
    histories: ReadonlyMap<string, UsageHistory>,
  ): NonNullable<Autoscaler['status']> {
    const containers = Math.max(1, ...pods.map(({ podClass }) => podClass.runtime.containers.length));
    const recommendations = [...histories]
      .filter(([name, { samples }]) => samples > 0 && policyOf(autoscaler, name)?.mode !== 'Off')
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, history]) => written(name, withPolicy(autoscaler, name, estimate(history, containers))));
    if (recommendations.length === 0) return autoscaler.status ?? {};
    const known = autoscaler.status?.conditions;
    const lastTransitionTime = timestamp(this.#engine.now);
    return {
      recommendation: { containerRecommendations: recommendations },
      conditions: known ?? [{ type: 'RecommendationProvided', status: 'True', lastTransitionTime }],
    };
  }

  *#update(): Script {
    for (const [row, autoscaler] of this.#autoscalers.entries()) {
      if (!UPDATES.has(updateMode(autoscaler))) continue;
      const recommended = recommendationsOf(autoscaler);
      if (recommended.size === 0) continue;
      const pods = this.#podsOf(row, autoscaler);
      const limits = this.#limitsOf(autoscaler, pods);
      for (const pod of podsToUpdate(pods, recommended)) {
        if (limits.get(pod.owner)?.take(pod) !== true) continue;
        const answer = yield* this.#evictions.evict(pod.podClass.namespace, pod.name).wait();
        if ('failure' in answer) continue;
        this.#updater.podEvent('Normal', 'EvictedByVPA', EVICTED, this.#api.registry.pods.identity[pod.row]);
      }
    }
  }

  #limitsOf(autoscaler: Autoscaler, pods: readonly SeenPod[]): Map<ObjectRow, EvictionLimits> {
    const limits = new Map<ObjectRow, EvictionLimits>();
    const minReplicas = autoscaler.spec?.updatePolicy?.minReplicas ?? MIN_REPLICAS;
    for (const owner of new Set(pods.map((pod) => pod.owner))) {
      const mine = pods.filter((pod) => pod.owner === owner);
      const configured = this.#replicasOf(owner) ?? mine.length;
      const settings = { minReplicas, evictionTolerance: EVICTION_TOLERANCE };
      if (owner >= 0) limits.set(owner, new EvictionLimits(configured, mine, settings));
    }
    return limits;
  }

  #replicasOf(owner: ObjectRow): number | undefined {
    if (owner < 0) return undefined;
    const object = this.#workloads.get(this.#api.registry.objects.kind[owner])?.get(owner);
    return (object as { readonly spec?: { readonly replicas?: number } } | undefined)?.spec?.replicas;
  }

  /** The living pods that the autoscaler's target selects. */
  #podsOf(row: ObjectRow, autoscaler: Autoscaler): SeenPod[] {
    const { registry } = this.#api;
    const namespace = registry.objects.namespace[row];
    const get = (kind: string, target: ObjectRow) => this.#workloads.get(kind)?.get(target);
    const selector = selectorOfTarget(registry.objects, get, namespace, autoscaler);
    if (selector === undefined) return [];
    const { alive, state, epoch, owner } = this.#pods;
    const found: SeenPod[] = [];
    for (let pod = 0 as PodRow; pod < alive.length; pod = (pod + 1) as PodRow) {
      if (alive[pod] !== 1 || isTerminal(state[pod]) || !isActive(state[pod])) continue;
      const podClass = registry.classes.get(this.#pods.podClass[pod]);
      if (podClass.namespace !== namespace || !selector.matches(podClass.labels)) continue;
      const startedUs = this.#pods.startedAt(pod);
      const { oomKills = new Map<string, OomKill>() } = this.#followed.get(pod) ?? {};
      found.push({
        row: pod,
        epoch: epoch[pod],
        name: registry.podName(pod),
        podClass,
        owner: owner[pod],
        pending: (state[pod] & PodBit.PhaseMask) === PodPhase.Pending,
        containers: requestsOf(podClass),
        ageUs: startedUs < 0 ? undefined : this.#engine.now - startedUs,
        oomKills: [...oomKills.values()].map(({ livedUs, finishedUs }) => ({
          livedUs,
          agoUs: this.#engine.now - finishedUs,
        })),
      });
    }
    return found;
  }

  #follow({ row, epoch }: SeenPod): Followed {
    const known = this.#followed.get(row);
    if (known?.epoch === epoch) return known;
    const followed: Followed = { epoch, usages: new Map(), restarts: 0, oomKills: new Map() };
    this.#followed.set(row, followed);
    return followed;
  }
}

function* loops(firstUs: number, loop: () => Script): Script {
  yield* sleep(firstUs);
  for (;;) {
    yield* loop();
    yield* sleep(PERIOD_US);
  }
}

function usageOf(followed: Followed, histories: Map<string, UsageHistory>, container: string): ContainerUsage {
  let usage = followed.usages.get(container);
  if (usage !== undefined) return usage;
  const history = histories.get(container) ?? new UsageHistory();
  histories.set(container, history);
  usage = new ContainerUsage(history);
  followed.usages.set(container, usage);
  return usage;
}

function requestsOf(podClass: PodClass): UpdatablePod['containers'] {
  return podClass.runtime.containers.map(({ name, resources }) => {
    const { cpu, memory } = resources?.requests ?? {};
    return {
      name,
      cpuMilli: cpu === undefined ? undefined : cpuMilli(cpu),
      memory: memory === undefined ? undefined : wholeUnits(memory),
    };
  });
}
