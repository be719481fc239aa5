// Cluster IPs and node ports of Services that clients make while the cluster runs: the next that no Service has.
import type { KubeObject } from '../model/object-store.ts';
import { formatIpv4 } from '../model/ipv4.ts';
import type { ServicePool } from '../model/objects/create/service.ts';
import type { ClusterState } from '../model/state.ts';

const FIRST_PORT = 30_000;
const LAST_PORT = 32_767;
/** 10.96.0.0/12 is kubeadm's range; its first addresses belong to the API server and the cluster's DNS. */
const FIRST_ADDRESS = 0x0a_60_00_10;

interface AddressedService extends KubeObject {
  readonly spec?: {
    readonly clusterIPs?: readonly string[];
    readonly healthCheckNodePort?: number;
    readonly ports?: readonly { readonly nodePort?: number }[];
  };
}

/** What is taken is what the Services have at that moment, and what the same Service was given before. */
export class ServiceAddresses implements ServicePool {
  readonly #state: ClusterState;
  /** Given to the Service that is being decided about. */
  readonly #givenPorts = new Set<number>();
  #version = -1;

  constructor(state: ClusterState) {
    this.#state = state;
  }

  takeAddress(wanted: string | undefined): { readonly address: string } | { readonly error: string } {
    const taken = new Set(this.#services().flatMap(({ spec }) => spec?.clusterIPs ?? []));
    if (wanted !== undefined) {
      return taken.has(wanted) ? { error: 'provided IP is already allocated' } : { address: wanted };
    }
    let address = FIRST_ADDRESS;
    while (taken.has(formatIpv4(address))) address += 1;
    return { address: formatIpv4(address) };
  }

  takePort(wanted: number | undefined): { readonly port: number } | { readonly error: string } {
    const taken = new Set(
      this.#services().flatMap(({ spec }) => [
        spec?.healthCheckNodePort,
        ...(spec?.ports ?? []).map(({ nodePort }) => nodePort),
      ]),
    );
    const { resourceVersion } = this.#state;
    if (this.#version !== resourceVersion) this.#givenPorts.clear();
    this.#version = resourceVersion;
    const isTaken = (port: number): boolean => taken.has(port) || this.#givenPorts.has(port);
    if (wanted !== undefined && (wanted < FIRST_PORT || wanted > LAST_PORT)) {
      const range = `${FIRST_PORT}-${LAST_PORT}`;
      return { error: `provided port is not in the valid range. The range of valid ports is ${range}` };
    }
    if (wanted !== undefined && taken.has(wanted)) return { error: 'provided port is already allocated' };
    let port = wanted ?? FIRST_PORT;
    if (wanted === undefined) while (isTaken(port)) port += 1;
    if (port > LAST_PORT) return { error: 'range is full' };
    this.#givenPorts.add(port);
    return { port };
  }

  #services(): AddressedService[] {
    const { objects } = this.#state;
    return [...objects.ofKind('Service')].flatMap((row) => objects.get(row) ?? []);
  }
}
