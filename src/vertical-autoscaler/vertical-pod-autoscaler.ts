// The vertical pod autoscaler: each minute its recommender reads metrics and writes recommendations, and its updater acts on them.
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
import { isActive, isTerminal, PodBit, PodPhase } from '../model/pods.ts';
import type { ResourceMetrics } from '../model/ports/metrics-apis.ts';
import type { ClientLimits } from '../model/settings/control-plane.ts';
import type { ObjectRow, PodRow } from '../model/rows.ts';
import {
  policyOf,
  selectorOfTarget,
  VERTICAL_POD_AUTOSCALER,
  type VerticalPodAutoscaler as Autoscaler,
} from '../model/vertical-pod-autoscaler.ts';
import { withPolicy, written } from './recommendation-status.ts';
import { estimate } from './recommender/estimate.ts';
import { ContainerUsage, UsageHistory } from './recommender/usage-history.ts';
import { requestsOf, type SeenPod } from './seen-pod.ts';
import { Updater } from './updater/updater.ts';

const PERIOD_US = 60e6;
/** Kinds that a VerticalPodAutoscaler may target, and owners of pods. */
const WORKLOADS = ['Deployment', 'ReplicaSet', 'StatefulSet', 'DaemonSet', 'ReplicationController'];
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
  readonly #updater: Updater;
  readonly #reader: Resources;
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
    this.#reader = new Resources(this.#recommender);
    this.#pods = api.watchPods();
    this.#autoscalers = api.watchObjects<Autoscaler>(VERTICAL_POD_AUTOSCALER);
    this.#workloads = new Map(WORKLOADS.map((kind) => [kind, api.watchObjects(kind)]));
    this.#updater = new Updater({
      engine,
      client: new ApiClient(api, 'vpa-updater', limits, 'in-turn'),
      pods: this.#pods,
      autoscalers: this.#autoscalers,
      limitRanges: api.watchObjects('LimitRange'),
      workloads: this.#workloads,
      podsOf: (row, autoscaler) => this.#podsOf(row, autoscaler),
    });
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
    every('vpa-updater', () => this.#updater.update());
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
        node: this.#pods.node[pod],
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
