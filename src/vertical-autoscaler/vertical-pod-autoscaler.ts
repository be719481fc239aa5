// The vertical pod autoscaler: each minute its recommender reads metrics and writes recommendations, and its updater acts on them.
import { ApiClient } from '../api/client.ts';
import type { ApiConnection, ApiServer } from '../api/server.ts';
import type { Calendar } from '../engine/calendar.ts';
import type { Engine } from '../engine/engine.ts';
import { sleep } from '../engine/script.ts';
import type { ResourceMetrics } from '../model/ports/metrics-apis.ts';
import type { ClientLimits } from '../model/settings/control-plane.ts';
import { VERTICAL_POD_AUTOSCALER, type VerticalPodAutoscaler as Autoscaler } from '../model/vertical-pod-autoscaler.ts';
import { PERIOD_US, Recommender } from './recommender/recommender.ts';
import { TargetedPods } from './targeted-pods.ts';
import { Updater } from './updater/updater.ts';

export class VerticalPodAutoscaler {
  readonly #engine: Engine;
  readonly #metrics: ResourceMetrics;
  readonly #limits: ClientLimits;
  readonly #updater: Updater;

  constructor(engine: Engine, api: ApiServer, metrics: ResourceMetrics, limits: ClientLimits) {
    this.#engine = engine;
    this.#metrics = metrics;
    this.#limits = limits;
    const targets = new TargetedPods(api);
    this.#updater = new Updater({
      engine,
      client: new ApiClient(api, 'vpa-updater', limits, 'in-turn'),
      pods: targets.view,
      autoscalers: api.watchObjects<Autoscaler>(VERTICAL_POD_AUTOSCALER),
      limitRanges: api.watchObjects('LimitRange'),
      workloads: targets.workloads,
      podsOf: (row, autoscaler) => targets.of(row, autoscaler),
    });
  }

  /** The recommender from its start, or from its `nth` start as a process that may die: later ones begin with a whole period. */
  recommend(calendar: Calendar, api: ApiConnection, nth = 0): void {
    const recommender = new Recommender(api, this.#metrics, this.#limits);
    const firstUs = nth === 0 ? Math.round(this.#random().uniform() * PERIOD_US) : PERIOD_US;
    calendar.spawn('vpa-recommender', recommender.run(firstUs, nth > 0));
  }

  update(): void {
    const firstUs = Math.round(this.#random().uniform() * PERIOD_US);
    const updater = this.#updater;
    this.#engine.spawn(
      'vpa-updater',
      (function* () {
        yield* sleep(firstUs);
        for (;;) {
          yield* updater.update();
          yield* sleep(PERIOD_US);
        }
      })(),
    );
  }

  #random() {
    return this.#engine.stream('vertical pod autoscaler');
  }
}
