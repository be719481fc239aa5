// The recommender: each minute it reads metrics, writes recommendations, and keeps checkpoints from which it goes on when it was ended.
import type { Pod } from 'kubernetes-types/core/v1.js';
import { ApiClient } from '../../api/client.ts';
import type { ObjectView } from '../../api/object-view.ts';
import { type Answer, Resources } from '../../api/resources/resources.ts';
import type { ApiConnection } from '../../api/server.ts';
import { type Script, sleep } from '../../engine/script.ts';
import { timestamp } from '../../lib/timestamp.ts';
import { canonicalJson } from '../../model/interner.ts';
import type { ResourceMetrics } from '../../model/ports/metrics-apis.ts';
import type { ClientLimits } from '../../model/settings/control-plane.ts';
import type { ObjectRow, PodRow } from '../../model/rows.ts';
import {
  policyOf,
  VERTICAL_POD_AUTOSCALER,
  type VerticalPodAutoscaler as Autoscaler,
} from '../../model/vertical-pod-autoscaler.ts';
import { memoryKills } from '../memory-kills.ts';
import { withPolicy, written } from '../recommendation-status.ts';
import { requestsOf, type SeenPod } from '../seen-pod.ts';
import { TargetedPods } from '../targeted-pods.ts';
import { checkpointStatus, restore } from './checkpoint.ts';
import { Checkpoints } from './checkpoints.ts';
import { estimate } from './estimate.ts';
import { ContainerUsage, UsageHistory } from './usage-history.ts';

/** From one loop to the next (--recommender-interval). */
export const PERIOD_US = 60e6;

/** What is remembered of a pod: its containers' samples. */
interface Followed {
  readonly epoch: number;
  readonly usages: Map<string, ContainerUsage>;
  /** By container, when the last kill for memory was that is counted. */
  readonly killedUs: Map<string, number>;
  restarts: number;
}

type Histories = Map<string, UsageHistory>;

export class Recommender {
  readonly #api: ApiConnection;
  readonly #metrics: ResourceMetrics;
  readonly #client: ApiClient;
  readonly #reader: Resources;
  readonly #pods: TargetedPods;
  readonly #autoscalers: ObjectView<Autoscaler>;
  readonly #checkpoints: Checkpoints;
  readonly #sinceUs: number;
  /** By autoscaler and container. */
  readonly #histories = new Map<ObjectRow, Histories>();
  readonly #followed = new Map<PodRow, Followed>();

  constructor(api: ApiConnection, metrics: ResourceMetrics, limits: ClientLimits) {
    this.#api = api;
    this.#metrics = metrics;
    this.#sinceUs = api.engine.now;
    this.#client = new ApiClient(api, 'vpa-recommender', limits, 'in-turn');
    this.#reader = new Resources(this.#client);
    this.#checkpoints = new Checkpoints(this.#client);
    this.#pods = new TargetedPods(api);
    this.#autoscalers = api.watchObjects<Autoscaler>(VERTICAL_POD_AUTOSCALER);
    this.#autoscalers.subscribe((row, object) => {
      if (object === undefined) this.#histories.delete(row);
    });
  }

  /** Reads the checkpoints that there are, after `firstUs` or at once where it starts over, and then runs loop after loop. */
  *run(firstUs: number, again: boolean): Script {
    if (!again) yield* sleep(firstUs);
    yield* this.#checkpoints.load();
    if (again) yield* sleep(firstUs);
    yield* this.#recommend();
    this.#checkpoints.forget();
    for (;;) {
      yield* sleep(PERIOD_US);
      yield* this.#recommend();
    }
  }

  *#recommend(): Script {
    const seen = new Map<ObjectRow, readonly SeenPod[]>();
    for (const [row, autoscaler] of this.#autoscalers.entries()) {
      const pods = this.#pods.of(row, autoscaler);
      seen.set(row, pods);
      const histories = this.#historiesOf(row, autoscaler);
      for (const pod of pods) yield* this.#observe(pod, histories);
      const status = this.#statusOf(autoscaler, pods, histories);
      if (canonicalJson(status) === canonicalJson(autoscaler.status ?? {})) continue;
      yield* this.#client.updateStatus(row, { ...autoscaler, status }).wait();
    }
    const autoscalers = [...this.#autoscalers.entries()];
    for (const [row, autoscaler] of autoscalers) {
      for (const [container, history] of this.#histories.get(row) ?? []) {
        if (history.samples === 0) continue;
        const usages = (seen.get(row) ?? []).flatMap((pod) => this.#usagesOf(pod, container));
        const status = checkpointStatus(history, usages, this.#api.engine.now);
        yield* this.#checkpoints.save(autoscaler, container, status);
      }
    }
    yield* this.#checkpoints.collect(autoscalers.map(([, autoscaler]) => autoscaler));
    const { view } = this.#pods;
    for (const [pod, { epoch }] of this.#followed) {
      if (view.alive[pod] !== 1 || view.epoch[pod] !== epoch) this.#followed.delete(pod);
    }
  }

  #historiesOf(row: ObjectRow, autoscaler: Autoscaler): Histories {
    const known = this.#histories.get(row);
    if (known !== undefined) return known;
    const histories: Histories = new Map();
    for (const [container, status] of this.#checkpoints.of(autoscaler)) {
      const history = new UsageHistory();
      restore(history, status);
      histories.set(container, history);
    }
    this.#histories.set(row, histories);
    return histories;
  }

  /** Takes the pod's newest samples, and its kills for memory. */
  *#observe(pod: SeenPod, histories: Histories): Script {
    const followed = this.#follow(pod);
    for (const { name } of pod.podClass.runtime.containers) {
      const cpu = this.#metrics.read(pod.row, pod.epoch, 'cpu', name);
      const memory = this.#metrics.read(pod.row, pod.epoch, 'memory', name);
      if (typeof cpu !== 'object' || typeof memory !== 'object') continue;
      const usage = usageOf(followed, histories, name);
      usage.addCpu(Number(cpu.value), cpu.atUs);
      usage.addMemory(Number(memory.value / 1000n), memory.atUs);
    }
    const restarts = this.#pods.view.restarts[pod.row];
    if (restarts === followed.restarts) return;
    followed.restarts = restarts;
    const metadata = { name: pod.name, namespace: pod.podClass.namespace };
    const answer: Answer = yield* this.#reader.get({ apiVersion: 'v1', kind: 'Pod', metadata }).wait();
    if ('failure' in answer) return;
    for (const { container, finishedUs } of memoryKills((answer.object as Pod).status ?? {})) {
      if (followed.killedUs.get(container) === finishedUs) continue;
      followed.killedUs.set(container, finishedUs);
      const requested = requestsOf(pod.podClass).find(({ name }) => name === container)?.memory ?? 0;
      usageOf(followed, histories, container).addOom(requested, finishedUs);
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
    const lastTransitionTime = timestamp(this.#api.engine.now);
    return {
      recommendation: { containerRecommendations: recommendations },
      conditions: known ?? [{ type: 'RecommendationProvided', status: 'True', lastTransitionTime }],
    };
  }

  #usagesOf({ row, epoch }: SeenPod, container: string): ContainerUsage[] {
    const followed = this.#followed.get(row);
    const usage = followed?.epoch === epoch ? followed.usages.get(container) : undefined;
    return usage === undefined ? [] : [usage];
  }

  /** Kills of a pod that was there before the recommender are not seen: it hears of changes only. */
  #follow({ row, epoch }: SeenPod): Followed {
    const known = this.#followed.get(row);
    if (known?.epoch === epoch) return known;
    const { view } = this.#pods;
    const restarts = view.table.createdAt[row] < this.#sinceUs ? view.restarts[row] : 0;
    const followed: Followed = { epoch, usages: new Map(), killedUs: new Map(), restarts };
    this.#followed.set(row, followed);
    return followed;
  }
}

function usageOf(followed: Followed, histories: Histories, container: string): ContainerUsage {
  let usage = followed.usages.get(container);
  if (usage !== undefined) return usage;
  const history = histories.get(container) ?? new UsageHistory();
  histories.set(container, history);
  usage = new ContainerUsage(history);
  followed.usages.set(container, usage);
  return usage;
}
