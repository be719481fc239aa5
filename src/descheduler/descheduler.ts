// The descheduler: looks at the cluster at intervals and has pods evicted whose place is no longer a good one; the scheduler finds them another.
import type { ApiClient } from '../api/client.ts';
import type { NodeView } from '../api/node-view.ts';
import type { PodView } from '../api/pod-view.ts';
import { Resources } from '../api/resources/resources.ts';
import type { ApiServer } from '../api/server.ts';
import type { Engine } from '../engine/engine.ts';
import { sleep } from '../engine/script.ts';
import { Change } from '../model/change-log.ts';
import { NodeReady } from '../model/nodes.ts';
import { parseLabelSelector } from '../model/parse/label-selector.ts';
import { isTerminal, PodBit, PodPhase } from '../model/pods.ts';
import type { NodeRow, PodRow } from '../model/rows.ts';
import type { DeschedulerProfile, DeschedulerSettings, StrategyUse } from '../model/settings/descheduler.ts';
import { EvictionCounts, Evictor } from './evictor.ts';
import type { Look, SeenNode, SeenPod, Steps } from './seen.ts';
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

const PHASES = ['Pending', 'Running', 'Succeeded', 'Failed'] as const;

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
  readonly #pods: PodView;
  readonly #nodes: NodeView;
  /** Rows of nodes in the order in which they came. */
  readonly #order = new Set<NodeRow>();

  constructor(engine: Engine, api: ApiServer, client: ApiClient, settings: DeschedulerSettings) {
    this.#engine = engine;
    this.#client = client;
    this.#resources = new Resources(client);
    this.#settings = settings;
    this.#pods = api.watchPods();
    this.#nodes = api.watchNodes();
    this.#nodes.subscribe((node, what) => {
      if ((what & Change.Removed) !== 0) this.#order.delete(node);
      else this.#order.add(node);
    });
    for (let node = 0 as NodeRow; node < this.#nodes.alive.length; node = (node + 1) as NodeRow)
      if (this.#nodes.alive[node] === 1) this.#order.add(node);
  }

  /** Loops for ever; without an interval it looks once. */
  *run(): Steps {
    const { startUs, intervalUs, profiles } = this.#settings;
    yield* sleep(startUs);
    for (;;) {
      const nextUs = this.#engine.now + intervalUs;
      const counts = new EvictionCounts();
      for (const profile of profiles)
        yield* descheduled(profile, this.#settings, this.#look(), counts, (pod, strategy) =>
          this.#evict(pod, strategy),
        );
      if (intervalUs === 0) return;
      yield* sleep(Math.max(0, nextUs - this.#engine.now));
    }
  }

  *#evict(pod: SeenPod, strategy: string): Steps<boolean> {
    const { namespace } = pod.podClass;
    const { api } = this.#client;
    const row = this.#rows.get(pod);
    const answer = yield* this.#resources.evict(namespace, pod.name).wait();
    if ('failure' in answer) return false;
    if (row !== undefined) {
      const message = `pod eviction from ${pod.node} node by sigs.k8s.io/descheduler`;
      this.#client.podEvent('Normal', strategy, message, api.registry.pods.identity[row]);
    }
    return true;
  }

  /** Of the pods of the last look. */
  #rows = new Map<SeenPod, PodRow>();

  #look(): Look {
    const nodes = selected(this.#readyNodes(), this.#settings.nodeSelector);
    const names = new Set(nodes.map(({ name }) => name));
    const byNode = new Map<string, SeenPod[]>();
    this.#rows = new Map();
    const pods: SeenPod[] = [];
    for (let row = 0 as PodRow; row < this.#pods.alive.length; row = (row + 1) as PodRow) {
      if (this.#pods.alive[row] === 0 || this.#pods.node[row] < 0 || isTerminal(this.#pods.state[row])) continue;
      const pod = this.#seen(row);
      if (!names.has(pod.node)) continue;
      this.#rows.set(pod, row);
      pods.push(pod);
    }
    pods.sort((a, b) => a.createdUs - b.createdUs);
    for (const pod of pods) byNode.set(pod.node, [...(byNode.get(pod.node) ?? []), pod]);
    return { nowUs: this.#engine.now, nodes, pods, podsOn: (node) => byNode.get(node) ?? [] };
  }

  #readyNodes(): SeenNode[] {
    const { registry } = this.#client.api;
    const { ready, labels, taints, unschedulable } = this.#nodes;
    return [...this.#order].flatMap((node) =>
      ready[node] === NodeReady.True
        ? [
            {
              name: registry.nodeName(node),
              labels: registry.classes.labelSets.get(labels[node]),
              taints: registry.taintSets.get(taints[node]),
              unschedulable: unschedulable[node] === 1,
              allocatable: registry.nodes.spec[node].allocatable,
            },
          ]
        : [],
    );
  }

  #seen(row: PodRow): SeenPod {
    const { registry } = this.#client.api;
    const { state, node, owner, podClass, restarts } = this.#pods;
    const { objects } = registry;
    const started = this.#pods.startedAt(row);
    return {
      name: registry.podName(row),
      node: registry.nodeName(node[row]),
      podClass: registry.classes.get(podClass[row]),
      owner: owner[row] < 0 ? undefined : { kind: objects.kind[owner[row]], name: objects.name[owner[row]] },
      phase: PHASES[PHASE_ORDER.indexOf(state[row] & PodBit.PhaseMask)] ?? 'Pending',
      terminating: (state[row] & PodBit.Deleting) !== 0,
      createdUs: this.#pods.table.createdAt[row],
      startedUs: started < 0 ? undefined : started,
      restarts: restarts[row],
    };
  }
}

const PHASE_ORDER: readonly number[] = [PodPhase.Pending, PodPhase.Running, PodPhase.Succeeded, PodPhase.Failed];

function selected(nodes: readonly SeenNode[], text: string | undefined): readonly SeenNode[] {
  if (text === undefined || text === '') return nodes;
  const selector = parseLabelSelector(text);
  return nodes.filter(({ labels }) => selector.matches(labels));
}
