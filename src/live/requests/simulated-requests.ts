// HTTP requests that come by the API server's proxy or a port-forward: each becomes a request of the simulation, and its end the answer.
import { outcomeNames } from '../../traffic/calls.ts';
import type { PodRow } from '../../model/rows.ts';
import type { World } from '../../world/build.ts';

/** What became of a request. */
export interface Ended {
  readonly outcome: (typeof outcomeNames)[number];
  /** Simulated, from the client and back to it. */
  readonly tookUs: number;
  /** `web-5d8c-x2x`; undefined where it came to none. */
  readonly pod: string | undefined;
}

/** Of a container that declares no port, as an API server has it. */
const USUAL_PORT = 80;

export class SimulatedRequests {
  readonly #world: World;
  #pending = 0;

  constructor(world: World) {
    this.#world = world;
  }

  /** Requests that have no answer yet. */
  get pending(): number {
    return this.#pending;
  }

  toService(namespace: string, name: string, port: string, done: (ended: Ended) => void): void {
    this.#world.traffic.asked?.ofService(namespace, name, port, this.#counted(done));
  }

  /** Throws a RangeError for a port by a name that the pod has not. */
  toPod(pod: PodRow, port: string, done: (ended: Ended) => void): void {
    const { pods } = this.#world.state;
    const number = this.portOf(pod, port);
    if (number === undefined) throw new RangeError(`the pod has no port ${JSON.stringify(port)}`);
    this.#world.traffic.asked?.ofPod(pod, pods.epoch[pod], pods.node[pod], number, this.#counted(done));
  }

  /** -1 where there is none that runs on a node. */
  findPod(namespace: string, name: string): PodRow {
    const { state } = this.#world;
    const row = state.findPod(namespace, name);
    return row < 0 || state.pods.node[row] < 0 ? -1 : row;
  }

  /** A port by its number, or by the name that a container gives it; '' is the first. */
  portOf(pod: PodRow, port: string): number | undefined {
    if (/^\d+$/.test(port)) return Number(port);
    const { containers } = this.#world.traffic.containers.classOf(pod).spec;
    const ports = containers.flatMap((one) => one.ports ?? []);
    if (port === '') return ports[0]?.containerPort ?? USUAL_PORT;
    return ports.find(({ name }) => name === port)?.containerPort;
  }

  #counted(done: (ended: Ended) => void) {
    this.#pending += 1;
    return (outcome: number, tookUs: number, pod: PodRow): void => {
      this.#pending -= 1;
      const { identities, pods } = this.#world.state;
      const name = pod < 0 ? undefined : identities.name(pods.identity[pod]);
      done({ outcome: outcomeNames[outcome], tookUs, pod: name });
    };
  }
}
