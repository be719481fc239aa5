// What `kubectl port-forward service/…` does: the tunnel through the API server and a kubelet to one pod behind a Service.
import type { ServiceSpec } from 'kubernetes-types/core/v1.js';
import { NO_PORT, targetPort } from '../model/objects/pod-ports.ts';
import { compileLabelMap } from '../model/parse/label-selector.ts';
import { serviceRules } from '../model/service-rules.ts';
import { isTerminal, PodBit, PodPhase } from '../model/pods.ts';
import type { NodeRow, PodRow } from '../model/rows.ts';
import type { ClusterState } from '../model/state.ts';
import type { Destinations } from './routes/destinations.ts';

export interface Tunnel {
  readonly pod: PodRow;
  readonly epoch: number;
  readonly node: NodeRow;
  readonly port: number;
}

/**
 * kubectl looks for the pod once, with the first connection, and takes one that is Running, a Ready one first and of these the one that
 * has been so longest. As long as there is none it is run again. When the pod has ended, so has kubectl: nothing listens any more.
 */
export class PortForwards {
  readonly #state: ClusterState;
  readonly #destinations: Destinations;
  /** By destination. */
  readonly #tunnels = new Map<number, Tunnel>();

  constructor(state: ClusterState, destinations: Destinations) {
    this.#state = state;
    this.#destinations = destinations;
  }

  /** Undefined where kubectl has found no pod, or has lost it. */
  tunnel(destination: number): Tunnel | undefined {
    let tunnel = this.#tunnels.get(destination);
    if (tunnel === undefined) {
      tunnel = this.#open(destination);
      if (tunnel === undefined) return undefined;
      this.#tunnels.set(destination, tunnel);
    }
    const { pods } = this.#state;
    const lives = pods.alive[tunnel.pod] === 1 && pods.epoch[tunnel.pod] === tunnel.epoch;
    return lives && !isTerminal(pods.state[tunnel.pod]) ? tunnel : undefined;
  }

  #open(destination: number): Tunnel | undefined {
    const { objects, pods, classes } = this.#state;
    const service = this.#destinations.service(destination);
    const spec: ServiceSpec | undefined = objects.get(service)?.spec;
    if (spec === undefined) return undefined;
    const { selector = {}, ports = [] } = spec;
    const port = ports.at(this.#destinations.port(destination, serviceRules(spec)));
    if (port === undefined || Object.keys(selector).length === 0) return undefined;
    const labels = compileLabelMap(selector);
    let best: PodRow = -1;
    for (let pod = 0 as PodRow; pod < pods.length; pod = (pod + 1) as PodRow) {
      if (pods.alive[pod] === 0 || (pods.state[pod] & PodBit.PhaseMask) !== PodPhase.Running) continue;
      const podClass = classes.get(pods.podClass[pod]);
      if (podClass.namespace !== objects.namespace[service] || !labels.matches(podClass.labels)) continue;
      if (best < 0 || this.#isBetter(pod, best)) best = pod;
    }
    if (best < 0) return undefined;
    const target = targetPort(port, classes.get(pods.podClass[best]).spec);
    return target === NO_PORT ? undefined : { pod: best, epoch: pods.epoch[best], node: pods.node[best], port: target };
  }

  #isBetter(pod: PodRow, than: PodRow): boolean {
    const { state, readyAt } = this.#state.pods;
    const ready = state[pod] & PodBit.Ready;
    if (ready !== (state[than] & PodBit.Ready)) return ready !== 0;
    return readyAt[pod] < readyAt[than];
  }
}
