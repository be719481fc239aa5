// The descheduler: looks at the cluster at intervals and has pods evicted whose place is no longer a good one; the scheduler finds them another.
import type { ApiClient } from '../api/client.ts';
import { Resources } from '../api/resources/resources.ts';
import type { ApiServer } from '../api/server.ts';
import type { Engine } from '../engine/engine.ts';
import { sleep } from '../engine/script.ts';
import type { DeschedulerProfile, DeschedulerSettings, StrategyUse } from '../model/settings/descheduler.ts';
import { EvictionCounts, Evictor } from './evictor.ts';
import { Informers, selected } from './informers.ts';
import type { Look, SeenPod, Steps } from './seen.ts';
import { highNodeUtilization, lowNodeUtilization } from './strategies/node-utilization.ts';
import { removeDuplicates } from './strategies/remove-duplicates.ts';
import type { Strategy } from './strategies/strategy.ts';
import { topologySpread } from './strategies/topology-spread.ts';
import { antiAffinity, nodeAffinity, nodeTaints, podLifeTime, tooManyRestarts } from './strategies/violations.ts';

const STRATEGIES = {
  LowNodeUtilization: lowNodeUtilization,
  HighNodeUtilization: highNodeUtilization,
  RemoveDuplicates: removeDuplicates,
  RemovePodsViolatingTopologySpreadConstraint: topologySpread,
  RemovePodsViolatingNodeAffinity: nodeAffinity,
  RemovePodsViolatingNodeTaints: nodeTaints,
  RemovePodsViolatingInterPodAntiAffinity: antiAffinity,
  RemovePodsHavingTooManyRestarts: tooManyRestarts,
  PodLifeTime: podLifeTime,
} as const satisfies Record<StrategyUse['name'], unknown>;

/** Strategies that repair one pod's place run before those that balance nodes. */
export function* descheduled(
  profile: DeschedulerProfile,
  settings: DeschedulerSettings,
  look: Look,
  counts: EvictionCounts,
  evict: (pod: SeenPod, strategy: string) => Steps<boolean>,
): Steps {
  const { evictor: args, deschedule, balance } = profile;
  const targets = selected(look.nodes, args.nodeSelector);
  const evictor = new Evictor(look, args, settings, counts, evict, targets);
  for (const { name, args: own } of [...deschedule, ...balance])
    yield* (STRATEGIES[name] as Strategy<typeof own>)(own, look, evictor);
}

export class Descheduler {
  readonly #engine: Engine;
  readonly #client: ApiClient;
  readonly #resources: Resources;
  readonly #settings: DeschedulerSettings;
  readonly #informers: Informers;

  constructor(engine: Engine, api: ApiServer, client: ApiClient, settings: DeschedulerSettings) {
    this.#engine = engine;
    this.#client = client;
    this.#resources = new Resources(client);
    this.#settings = settings;
    this.#informers = new Informers(api);
  }

  /** Loops for ever; without an interval it looks once. */
  *run(): Steps {
    const { startUs, intervalUs, profiles, nodeSelector } = this.#settings;
    yield* sleep(startUs);
    for (;;) {
      const nextUs = this.#engine.now + intervalUs;
      const counts = new EvictionCounts();
      for (const profile of profiles) {
        const look = this.#informers.look(this.#engine.now, nodeSelector);
        yield* descheduled(profile, this.#settings, look, counts, (pod, strategy) => this.#evict(pod, strategy));
      }
      if (intervalUs === 0) return;
      yield* sleep(Math.max(0, nextUs - this.#engine.now));
    }
  }

  *#evict(pod: SeenPod, strategy: string): Steps<boolean> {
    const answer = yield* this.#resources.evict(pod.podClass.namespace, pod.name).wait();
    if ('failure' in answer) return false;
    const message = `pod eviction from ${pod.node} node by sigs.k8s.io/descheduler`;
    this.#client.podEvent('Normal', strategy, message, pod.identity);
    return true;
  }
}
