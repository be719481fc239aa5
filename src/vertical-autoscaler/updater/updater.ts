// The updater: pods whose requests are not as recommended are resized in place, or evicted so that new ones take their place.
import type { Pod } from 'kubernetes-types/core/v1.js';
import { recommendedResources } from '../../api/admission-plugins/vertical-scaler.ts';
import type { ApiClient } from '../../api/client.ts';
import type { ObjectView } from '../../api/object-view.ts';
import type { PodView } from '../../api/pod-view.ts';
import { type Answer, Resources, type Target } from '../../api/resources/resources.ts';
import type { Engine } from '../../engine/engine.ts';
import type { Script, Wait } from '../../engine/script.ts';
import { Change } from '../../model/change-log.ts';
import type { KubeObject } from '../../model/object-store.ts';
import type { LimitRange } from '../../model/objects/admission/limit-range.ts';
import { recommendationsFor } from '../../model/recommendations-in-limits.ts';
import type { ObjectRow, PodRow } from '../../model/rows.ts';
import { updateMode, type VerticalPodAutoscaler as Autoscaler } from '../../model/vertical-pod-autoscaler.ts';
import { memoryKills } from '../memory-kills.ts';
import { recommendationsBy } from '../recommendation-status.ts';
import { requestsIn, type SeenPod } from '../seen-pod.ts';
import { DisruptionLimits } from './disruption-limits.ts';
import { KilledPods } from './killed-pods.ts';
import { PendingResizes, type ResizablePod } from './pending-resizes.ts';
import { podsToUpdate, type UpdatablePod } from './priority.ts';

const IN_PLACE = 'InPlaceOrRecreate';
const UPDATES: ReadonlySet<string> = new Set(['Recreate', 'Auto', IN_PLACE]);
const MIN_REPLICAS = 2;
const EVICTION_TOLERANCE = 0.5;
const EVICTED = 'Pod was evicted by VPA Updater to apply resource recommendation.';
const EVICTED_POD = 'VPA Updater evicted Pod %p to apply resource recommendation.';
const RESIZED = 'Pod was resized in place by VPA Updater.';
const MARK = { metadata: { annotations: { vpaInPlaceUpdated: 'true' } } };

interface UpdaterParts {
  readonly engine: Engine;
  readonly client: ApiClient;
  readonly pods: PodView;
  readonly autoscalers: ObjectView<Autoscaler>;
  readonly limitRanges: ObjectView<LimitRange & KubeObject>;
  readonly workloads: ReadonlyMap<string, ObjectView>;
  readonly podsOf: (row: ObjectRow, autoscaler: Autoscaler) => readonly SeenPod[];
}

interface Controller extends KubeObject {
  readonly spec?: { readonly replicas?: number };
  readonly status?: { readonly numberReady?: number };
}

type LivePod = SeenPod & ResizablePod & UpdatablePod;
type Limits = ReadonlyMap<ObjectRow, DisruptionLimits>;

export class Updater {
  readonly #parts: UpdaterParts;
  readonly #resources: Resources;
  readonly #resizes = new PendingResizes();
  readonly #killed: KilledPods;
  /** Pods that are not what they were made as: only these can be waiting for a resize. */
  readonly #changed = new Set<PodRow>();

  constructor(parts: UpdaterParts) {
    this.#parts = parts;
    this.#resources = new Resources(parts.client);
    this.#killed = new KilledPods(parts.pods);
    parts.pods.subscribe((pod, _epoch, what) => {
      if ((what & (Change.Created | Change.Removed)) !== 0) this.#changed.delete(pod);
      if ((what & Change.Class) !== 0) this.#changed.add(pod);
    });
  }

  *update(): Script {
    for (const [row, autoscaler] of this.#parts.autoscalers.entries()) {
      const mode = updateMode(autoscaler);
      if (!UPDATES.has(mode) || autoscaler.status?.recommendation === undefined) continue;
      const ranges = this.#rangesIn(autoscaler);
      const recommended = ({ podClass }: LivePod): ReturnType<typeof recommendationsBy> =>
        recommendationsBy(recommendationsFor(autoscaler, podClass.spec.containers, ranges));
      const pods = this.#livePods(row, autoscaler);
      const limits = this.#limitsOf(autoscaler, pods);
      if (mode === IN_PLACE) {
        const resizable = pods.filter((pod) => this.#decide(pod, limits) !== 'wait');
        const failed = yield* this.#resize(podsToUpdate(resizable, recommended), autoscaler, ranges, limits);
        yield* this.#evict(failed, row, limits);
      } else {
        const evictable = pods.filter((pod) => this.#mayEvict(pod, limits));
        yield* this.#evict(podsToUpdate(evictable, recommended), row, limits);
      }
    }
    this.#killed.forgetGone();
  }

  /** Those that are to be evicted instead. */
  *#resize(
    pods: readonly LivePod[],
    autoscaler: Autoscaler,
    ranges: readonly LimitRange[],
    limits: Limits,
  ): Generator<Wait, LivePod[]> {
    const failed: LivePod[] = [];
    for (const pod of pods) {
      const decision = this.#decide(pod, limits);
      if (decision === 'resize' && (yield* this.#resizeOne(pod, autoscaler, ranges))) limits.get(pod.owner)?.count(pod);
      else if (decision !== 'wait') failed.push(pod);
    }
    return failed;
  }

  /** Whether the API server took it; what the node makes of it is seen in the next loops. */
  *#resizeOne(pod: LivePod, autoscaler: Autoscaler, ranges: readonly LimitRange[]): Generator<Wait, boolean> {
    const containers = recommendedResources(autoscaler, pod.podClass.spec.containers, ranges);
    if (containers.length === 0) return false;
    const { namespace } = pod.podClass;
    const patch = { spec: { containers } };
    const answer = yield* this.#resources.resize(namespace, pod.name, { type: 'strategic', patch }).wait();
    if ('failure' in answer) return false;
    yield* this.#resources.patch(targetOf(pod), { type: 'strategic', patch: MARK }).wait();
    this.#tell('InPlaceResizedByVPA', RESIZED, pod);
    return true;
  }

  #rangesIn({ metadata: { namespace } }: Autoscaler): LimitRange[] {
    const all = [...this.#parts.limitRanges.entries()].map(([, range]) => range);
    return all.filter(({ metadata }) => metadata.namespace === namespace);
  }

  *#evict(pods: readonly LivePod[], autoscaler: ObjectRow, limits: Limits): Script {
    for (const pod of pods) {
      if (!this.#mayEvict(pod, limits)) continue;
      const answer: Answer = yield* this.#resources.evict(pod.podClass.namespace, pod.name).wait();
      if ('failure' in answer) continue;
      limits.get(pod.owner)?.count(pod);
      this.#tell('EvictedByVPA', EVICTED, pod);
      const { client } = this.#parts;
      const { identity } = client.api.registry.pods;
      client.objectEvent('Normal', 'EvictedPod', EVICTED_POD, autoscaler, identity[pod.row]);
    }
  }

  #tell(reason: string, message: string, { row }: LivePod): void {
    const { client } = this.#parts;
    client.podEvent('Normal', reason, message, client.api.registry.pods.identity[row]);
  }

  #decide(pod: LivePod, limits: Limits): ReturnType<PendingResizes['decide']> {
    return this.#resizes.decide(idOf(pod), pod, limits.get(pod.owner), this.#parts.engine.now);
  }

  #mayEvict(pod: LivePod, limits: Limits): boolean {
    return this.#resizes.mayEvict(idOf(pod), pod, limits.get(pod.owner), this.#parts.engine.now);
  }

  /** Those that are scheduled, with what their containers have while a resize is pending. */
  #livePods(row: ObjectRow, autoscaler: Autoscaler): LivePod[] {
    return this.#parts
      .podsOf(row, autoscaler)
      .filter(({ node }) => node >= 0)
      .map((pod) => ({ ...pod, oomKills: this.#oomKills(pod) }))
      .map((pod) => (this.#changed.has(pod.row) ? this.#asItRuns(pod) : pod));
  }

  #oomKills(pod: SeenPod): UpdatablePod['oomKills'] {
    const kills = this.#killed.of(pod.row, () => {
      const answer = this.#resources.peek(targetOf(pod));
      return 'failure' in answer ? [] : memoryKills((answer.object as Pod).status ?? {});
    });
    const { now } = this.#parts.engine;
    return kills.map(({ livedUs, finishedUs }) => ({ livedUs, agoUs: now - finishedUs }));
  }

  #asItRuns(pod: LivePod): LivePod {
    const answer = this.#resources.peek(targetOf(pod));
    if ('failure' in answer) return pod;
    const { conditions = [], containerStatuses = [] } = (answer.object as Pod).status ?? {};
    const pending = conditions.find(({ type }) => type === 'PodResizePending');
    if (pending === undefined) return pod;
    const statuses = containerStatuses as readonly { name: string; resources?: Parameters<typeof requestsIn>[1] }[];
    const containers = pod.containers.map((container) => {
      const { resources } = statuses.find(({ name }) => name === container.name) ?? {};
      return resources === undefined ? container : requestsIn(container.name, resources);
    });
    return { ...pod, containers, resize: pending.reason ?? '' };
  }

  #limitsOf(autoscaler: Autoscaler, pods: readonly SeenPod[]): Limits {
    const limits = new Map<ObjectRow, DisruptionLimits>();
    const minReplicas = autoscaler.spec?.updatePolicy?.minReplicas ?? MIN_REPLICAS;
    for (const owner of new Set(pods.map((pod) => pod.owner))) {
      const mine = pods.filter((pod) => pod.owner === owner);
      const configured = this.#configured(owner) ?? mine.length;
      const settings = { minReplicas, evictionTolerance: EVICTION_TOLERANCE };
      // What is to have no pods, or has none ready, is left alone.
      if (owner >= 0 && configured > 0) limits.set(owner, new DisruptionLimits(configured, mine, settings));
    }
    return limits;
  }

  /** How many pods a controller is to have; undefined where it does not say. */
  #configured(owner: ObjectRow): number | undefined {
    if (owner < 0) return undefined;
    const { workloads, client } = this.#parts;
    const kind = client.api.registry.objects.kind[owner];
    const object: Controller | undefined = workloads.get(kind)?.get(owner);
    return kind === 'DaemonSet' ? (object?.status?.numberReady ?? 0) : object?.spec?.replicas;
  }
}

const idOf = ({ name, podClass }: SeenPod): string => `${podClass.namespace}/${name}`;

function targetOf({ name, podClass: { namespace } }: SeenPod): Target {
  return { apiVersion: 'v1', kind: 'Pod', metadata: { namespace, name } };
}
