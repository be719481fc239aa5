// The network plugin of a cluster, where there are NetworkPolicies and it knows them.
import type { ApiServer } from '../api/server.ts';
import { NetworkPolicyAgents } from '../controllers/network-policies/policy-controller.ts';
import type { Engine } from '../engine/engine.ts';
import { Change } from '../model/change-log.ts';
import type { Network } from '../network/network.ts';
import { NetworkPolicies } from '../network/policies/network-policies.ts';
import { hasNetworkPolicies } from '../scenario/network-policies.ts';
import type { LoadedScenario } from '../scenario/scenario.ts';
import type { ExternalSystems } from './external-systems.ts';

/** Undefined where there is nothing to enforce. */
export function startNetworkPolicies(
  engine: Engine,
  api: ApiServer,
  network: Network,
  outside: ExternalSystems,
  loaded: LoadedScenario,
): NetworkPolicies | undefined {
  const { network: settings, dns } = loaded.scenario;
  const { networkPolicies: forbidden } = settings;
  if (forbidden === 'ignore' || !hasNetworkPolicies(loaded)) return undefined;
  const { proxies, routes } = network;
  const queries = {
    destination: dns === undefined ? -1 : network.destination(dns.service.namespace, dns.service.name, ''),
    byUdp: dns?.useTcp === false && !dns.nodeLocal,
    ofNodes: dns?.nodeLocal === true,
  };
  const policies = new NetworkPolicies({ engine, state: api.state, proxies, routes, outside, queries }, forbidden);
  network.enforce(policies);
  new NetworkPolicyAgents(api, policies).start();
  api.podCommits.push((pod, _epoch, what) => {
    const first = (what & Change.Class) === 0 ? undefined : api.state.pods.firstClass.get(pod);
    if (first !== undefined) policies.relabelled(pod, first);
  });
  return policies;
}
