// What the agents of a network plugin do with NetworkPolicies: they tell the network which connections are let through.
import type { ApiServer } from '../../api/server.ts';
import type { NetworkPolicing } from '../../model/ports/network-policies.ts';
import { type NetworkPolicy, policyOfPods } from './policy-of-pods.ts';

export class NetworkPolicyAgents {
  readonly #policing: NetworkPolicing;
  readonly #policies;
  readonly #namespaces;

  constructor(api: ApiServer, policing: NetworkPolicing) {
    this.#policing = policing;
    this.#policies = api.watchObjects<NetworkPolicy>('NetworkPolicy');
    this.#namespaces = api.watchObjects('Namespace');
  }

  start(): void {
    for (const view of [this.#policies, this.#namespaces]) view.subscribe(() => this.#tell());
  }

  #tell(): void {
    const labels = new Map(
      [...this.#namespaces.entries()].map(([, { metadata }]) => [metadata.name, metadata.labels ?? {}]),
    );
    // The API server puts the name of a namespace among its labels.
    const labelsOf = (name: string) => ({ 'kubernetes.io/metadata.name': name, ...labels.get(name) });
    this.#policing.enforce([...this.#policies.entries()].map(([, policy]) => policyOfPods(policy, labelsOf)));
  }
}
