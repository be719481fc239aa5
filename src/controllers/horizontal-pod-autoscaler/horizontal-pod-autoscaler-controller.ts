// The HorizontalPodAutoscaler controller: every 15 s it looks at each autoscaler's metrics and tells its target how many replicas to have.
import type { HorizontalPodAutoscalerSpec } from 'kubernetes-types/autoscaling/v2.js';
import { ApiClient } from '../../api/client.ts';
import type { ObjectView } from '../../api/object-view.ts';
import { Refused } from '../../api/refused.ts';
import { Resources, type Target } from '../../api/resources/resources.ts';
import { equalAsJson } from '../../model/objects/equal.ts';
import type { CustomMetrics, ResourceMetrics } from '../../model/ports/metrics-apis.ts';
import { type Controller, controller, type Work } from '../kit/controller.ts';
import type { Steps } from '../kit/sync.ts';
import { type AutoscalerObject, autoscalerSpec } from './autoscaler-object.ts';
import { asksMetrics } from './decision.ts';
import { AutoscalerHistory } from './history.ts';
import { readScale, type Scale, targetOf } from './scale.ts';
import { Sync } from './sync.ts';
import { TargetPods } from './target-pods.ts';
import { metricsOf } from './viewed-pods.ts';
import type { ObjectRow } from '../../model/rows.ts';

const NAME = 'horizontal-pod-autoscaler';

export interface MetricsSources {
  readonly resources: ResourceMetrics;
  readonly custom: CustomMetrics;
}

export const horizontalPodAutoscaler = (sources: MetricsSources): Controller =>
  controller({
    name: NAME,
    queue: NAME,
    workers: 'horizontalPodAutoscaler',
    create: (work) => new AutoscalerSyncs(work, sources),
    watches({ queue, settings }, syncs) {
      syncs.autoscalers.subscribe((row, object) => {
        if (object === undefined) syncs.forget(row);
        // Whatever happens waits for a whole period; what waits already is not put off.
        queue.addAfter(row, settings.horizontalPodAutoscaler.syncPeriodUs);
      });
    },
  });

class AutoscalerSyncs {
  readonly autoscalers: ObjectView<AutoscalerObject>;
  readonly #work: Work;
  readonly #sources: MetricsSources;
  readonly #targets: TargetPods;
  /** Clients of their own, each with a rate limit: of scales, and of each of the metrics APIs. */
  readonly #scales: Resources;
  readonly #metrics: { readonly resource: ApiClient; readonly custom: ApiClient; readonly external: ApiClient };
  readonly #histories = new Map<ObjectRow, AutoscalerHistory>();

  constructor(work: Work, sources: MetricsSources) {
    const { api, settings, views } = work;
    const client = (): ApiClient => new ApiClient(api, NAME, settings.clients);
    this.#work = work;
    this.#sources = sources;
    this.autoscalers = api.watchObjects<AutoscalerObject>('HorizontalPodAutoscaler');
    this.#targets = new TargetPods(api.registry, views, sources.resources);
    this.#scales = new Resources(client());
    this.#metrics = { resource: client(), custom: client(), external: client() };
  }

  forget(row: ObjectRow): void {
    this.#histories.delete(row);
    this.#targets.forget(row);
  }

  *sync(row: ObjectRow): Steps {
    const object = this.autoscalers.get(row);
    const spec = object === undefined ? undefined : autoscalerSpec(object);
    if (object === undefined || spec === undefined) return;
    yield* this.#reconcile(row, object, spec);
    if (this.autoscalers.get(row) !== undefined) {
      this.#work.queue.addAfter(row, this.#work.settings.horizontalPodAutoscaler.syncPeriodUs);
    }
  }

  *#reconcile(row: ObjectRow, object: AutoscalerObject, spec: HorizontalPodAutoscalerSpec): Steps {
    const { client, engine, settings } = this.#work;
    const { namespace = 'default' } = object.metadata;
    let history = this.#histories.get(row);
    if (history === undefined) this.#histories.set(row, (history = new AutoscalerHistory()));
    const sync = new Sync({ namespace, spec, status: object.status }, history, engine.now);
    const target = targetOf(spec, namespace);
    const scale = readScale(target, yield* this.#scales.getScale(target).wait());
    if (typeof scale === 'string') {
      client.objectEvent('Warning', 'FailedGetScale', scale, row);
      sync.lost(scale);
      yield* this.#write(row, object, sync);
      return;
    }
    if (asksMetrics(spec, scale.current)) yield* this.#askMetrics(row, spec);
    const found = this.#targets.find(row, namespace, scale.selector);
    const apis = metricsOf(found, namespace, this.#sources.resources, this.#sources.custom);
    const decision = sync.decide(scale, { ...found, apis }, settings.horizontalPodAutoscaler, engine.now);
    for (const { reason, message } of decision.events) client.objectEvent('Warning', reason, message, row);
    if (decision.replicas === undefined) {
      yield* this.#write(row, object, sync);
      client.objectEvent('Warning', 'FailedComputeMetricsReplicas', decision.error ?? '', row);
      return;
    }
    if (decision.rescale) yield* this.#rescale(row, target, scale, decision.replicas, decision.reason, sync);
    yield* this.#write(row, object, sync);
  }

  /** One request for each metric. */
  *#askMetrics(row: ObjectRow, { metrics = [] }: HorizontalPodAutoscalerSpec): Steps {
    for (const { type } of metrics) {
      const { resource, custom, external } = this.#metrics;
      const client = type === 'External' ? external : type === 'Pods' || type === 'Object' ? custom : resource;
      yield* client.read(row).wait();
    }
  }

  *#rescale(row: ObjectRow, target: Target, scale: Scale, replicas: number, reason: string, sync: Sync): Steps {
    const { client, engine } = this.#work;
    const { resourceVersion } = scale;
    const precondition = resourceVersion === undefined ? {} : { resourceVersion };
    const answer = yield* this.#scales.updateScale(target, replicas, precondition).wait();
    if ('failure' in answer) {
      const { message } = answer.failure;
      client.objectEvent(
        'Warning',
        'FailedRescale',
        `New size: ${replicas}; reason: ${reason}; error: ${message}`,
        row,
      );
      sync.refused(message);
      return;
    }
    sync.rescaled(scale.current, replicas, engine.now);
    client.objectEvent('Normal', 'SuccessfulRescale', `New size: ${replicas}; reason: ${reason}`, row);
  }

  *#write(row: ObjectRow, object: AutoscalerObject, { status }: Sync): Steps {
    const before = object.status ?? {};
    if (equalAsJson(status, before)) return;
    const result = yield* this.#work.client.updateStatus(row, { ...object, status }).wait();
    if (result !== Refused.Conflict) return;
    const name = `horizontalpodautoscalers.autoscaling "${object.metadata.name}"`;
    const why = 'the object has been modified; please apply your changes to the latest version and try again';
    const message = `Operation cannot be fulfilled on ${name}: ${why}`;
    this.#work.client.objectEvent('Warning', 'FailedUpdateStatus', message, row);
  }
}
