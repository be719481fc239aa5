// The controller manager: all controllers on one set of views, each with a client and a rate limit of its own.
import type { ApiConnection } from '../api/server.ts';
import type { Calendar } from '../engine/calendar.ts';
import type { Division } from '../model/ports/routes.ts';
import type { Leases } from '../model/ports/leases.ts';
import { type ControllerSet, controllersOf } from './index.ts';
import { type RolloutEntry, RolloutLog } from './rollout-log.ts';
import type { RolloutChoice } from './deployment/rollouts/choice.ts';
import type { MetricsSources } from './horizontal-pod-autoscaler/horizontal-pod-autoscaler-controller.ts';
import { type Controller, ManagerContext } from './kit/controller.ts';
import { SharedViews } from './kit/shared-views.ts';
import type { ControllerSettings } from './settings.ts';

export class ControllerManager {
  readonly #log: RolloutLog;
  readonly #context: ManagerContext;

  /**
   * Build it after the nodes exist and before the first object is created; one of a process lists what there is. With a `log` of rollouts
   * of others it keeps none.
   */
  constructor(
    engine: Calendar,
    api: ApiConnection,
    settings: ControllerSettings,
    leases: Leases,
    rollouts: RolloutChoice,
    metrics: MetricsSources,
    division: Division,
    set: ControllerSet = 'all',
    log?: RolloutLog,
  ) {
    const views = new SharedViews(api);
    this.#log = log ?? new RolloutLog(engine, api, views.deployments);
    this.#context = new ManagerContext(engine, api, views, settings);
    for (const one of controllersOf(set, rollouts, leases, metrics, division)) one.start(this.#context);
  }

  /** Starts a controller that is no part of the manager, such as Argo's. */
  add(one: Controller): void {
    one.start(this.#context);
  }

  /** One that cannot die. */
  readonly works = true;

  /** No controller has work to do, or to do again. */
  get idle(): boolean {
    return this.#context.idle;
  }

  /** The rollouts so far, in the order of their starts. */
  get rollouts(): readonly RolloutEntry[] {
    return this.#log.entries;
  }
}
