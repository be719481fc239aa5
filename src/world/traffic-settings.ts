// What the scenario says to the traffic part.
import type { ClusterState } from '../model/state.ts';
import { valueAt } from '../scenario/document.ts';
import { hasMirrors } from '../scenario/routes.ts';
import type { LoadedScenario } from '../scenario/scenario.ts';
import { tracingOf } from '../scenario/tracing.ts';
import type { TrafficSettings } from '../traffic/settings.ts';
import type { ExternalSystems } from './external-systems.ts';
import { sampledSettings } from './sampled-requests.ts';

export function trafficSettings(
  loaded: LoadedScenario,
  state: ClusterState,
  externals: ExternalSystems,
  requestsHoldMemory: boolean,
): TrafficSettings {
  const {
    behaviors,
    defaultBehavior,
    traffic,
    network,
    dns,
    connections,
    messageQueues,
    startSeconds,
    requestsByHand,
  } = loaded.scenario;
  return {
    behaviors: [...behaviors, ...externals.behaviors],
    defaultBehavior,
    traffic,
    routePolicies: network.policies,
    timeoutWithoutLimitUs: network.timeoutWithoutLimitUs,
    requestsHoldMemory,
    mirrors: hasMirrors(loaded),
    sampled: sampledSettings(loaded, state),
    dns: dns && { ...dns, address: addressOf(loaded, dns.service) },
    tracing: tracingOf(loaded),
    isOutside: (node) => externals.isMachine(node),
    connections,
    messageQueues,
    requestsByHand,
    startSeconds,
  };
}

/** The cluster IP of a Service of the input. */
function addressOf(
  { objects }: LoadedScenario,
  { namespace, name }: { readonly namespace: string; readonly name: string },
): string | undefined {
  const service = objects.find(
    ({ object: { kind, metadata } }) =>
      kind === 'Service' && metadata.name === name && (metadata.namespace ?? 'default') === namespace,
  );
  const address = valueAt(service?.object, ['spec', 'clusterIP']);
  return typeof address === 'string' && address !== '' && address !== 'None' ? address : undefined;
}
