// Sampled requests in a world: what wakes them, and what a run tells of them.
import type { NetworkTroubles, Slowness } from '../model/ports/troubles.ts';
import type { ClusterState } from '../model/state.ts';
import { usualAutoscaling } from '../scenario/autoscaling.ts';
import { sampledError } from '../scenario/sampled.ts';
import type { LoadedScenario } from '../scenario/scenario.ts';
import type { Sampling } from '../traffic/sampled/sampling.ts';
import type { SampledSettings } from '../traffic/settings.ts';

/** Besides what proxies need: connections that are on their way, and what balancers have heard. */
const CALM_US = 1e6;
const LEAST_BEAT_US = 7.5e6;
const MOST_BEAT_US = 30e6;
/** To these balancers endpoints of all zones are the same. */
const BLIND_TO_ZONES = new Set(['Random', 'RoundRobin', 'PowerOfTwo', 'JoinShortestQueue', 'JoinIdleQueue']);

export function sampledSettings(loaded: LoadedScenario, state: ClusterState): SampledSettings | undefined {
  const error = sampledError(loaded);
  if (error === undefined) return undefined;
  const { scenario } = loaded;
  const { network, behaviors, defaultBehavior } = scenario;
  const { minSyncPeriodUs, syncFixedUs, syncPerServiceUs } = network.kubeProxy;
  const services = loaded.objects.filter(({ object }) => object.kind === 'Service').length;
  const warmUpUs = Math.max(0, ...[...behaviors, defaultBehavior].map(({ warmup }) => warmup?.forUs ?? 0));
  const balancerOf = (namespace: string, name: string) =>
    network.balancers.find((one) => one.namespace === namespace && one.name === name)?.balancer ?? network.balancer;
  const rulesOf = (namespace: string, name: string) => {
    const object = state.objects.find('Service', namespace, name);
    return object < 0 ? undefined : state.endpoints.latestRules(object);
  };
  const lagUs = 2 * minSyncPeriodUs + syncFixedUs + syncPerServiceUs * services;
  return {
    error,
    lagUs,
    warmUpUs,
    beatUs: beatUs((scenario.autoscaling ?? usualAutoscaling(scenario.preset)).metricsServer.resolutionUs),
    settleUs: lagUs + CALM_US + warmUpUs,
    leads: (namespace, name) => JSON.stringify([balancerOf(namespace, name), rulesOf(namespace, name)]),
    looksAtZones: (namespace, name) =>
      !BLIND_TO_ZONES.has(balancerOf(namespace, name).name) || rulesOf(namespace, name)?.externallyAccessible === true,
  };
}

/** Autoscalers see the mean of two beats, and no beat is so long that a rate would change much within it. */
function beatUs(resolutionUs: number): number {
  return Math.min(MOST_BEAT_US, Math.max(LEAST_BEAT_US, resolutionUs / 2));
}

/** The same powers, of which the sampling hears: what they do may touch any request. */
export function heardNetwork(troubles: NetworkTroubles, sampling: Sampling | undefined): NetworkTroubles {
  if (sampling === undefined) return troubles;
  return {
    disturb: (trouble) => both(troubles.disturb(trouble), sampling.trouble()),
    fillConntrack: (node) => both(troubles.fillConntrack(node), sampling.trouble()),
    slowNames: (delay) => both(troubles.slowNames(delay), sampling.trouble()),
  };
}

export function heardSlowness(slowness: Slowness, sampling: Sampling | undefined): Slowness {
  if (sampling === undefined) return slowness;
  return {
    slowPod: (pod, epoch, factor) => both(slowness.slowPod(pod, epoch, factor), sampling.trouble()),
    slowNode: (node, factor) => both(slowness.slowNode(node, factor), sampling.trouble()),
  };
}

function both(one: () => void, other: () => void): () => void {
  return () => {
    one();
    other();
  };
}
