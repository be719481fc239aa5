// Hot dialect: physical truth, as opposed to what the API server believes: which machines run, which processes listen.
import { grown } from './columns.ts';
import type { PodRow } from './rows.ts';

/** Any port: of a process that may listen on every one, of a connection that asks for none in particular. */
const ANY = 0;

/** Written by the kubelet and the faults, read by whoever sends packets. By row of the node and of the pod. */
export class Machines {
  /** 1 while the machine runs and is connected. */
  nodeUp = new Uint8Array(0);
  /** 1 while the pod's process accepts connections. */
  listening = new Uint8Array(0);
  /** Two ints a pod: the epoch of the pod that `listening` speaks of, and the first port on which it listens, 0 for any. */
  #listeners = new Int32Array(0);
  /** By pod: all of its ports, where there are several. */
  readonly #morePorts = new Map<PodRow, readonly number[]>();

  ensureNodes(capacity: number): void {
    if (this.nodeUp.length < capacity) this.nodeUp = grown(this.nodeUp, capacity);
  }

  ensurePods(capacity: number): void {
    if (this.listening.length >= capacity) return;
    this.listening = grown(this.listening, capacity);
    this.#listeners = grown(this.#listeners, 2 * capacity);
  }

  /** The pod's process accepts connections from now on: at these ports, or at any. */
  listen(pod: PodRow, epoch: number, ports: readonly number[] | undefined): void {
    this.listening[pod] = 1;
    this.#listeners[2 * pod] = epoch;
    this.#listeners[2 * pod + 1] = ports?.[0] ?? ANY;
    if (ports !== undefined && ports.length > 1) this.#morePorts.set(pod, ports);
    else this.#morePorts.delete(pod);
  }

  /** True when the pod of that epoch accepts connections at the port now. `ANY` asks for whichever it has. */
  accepts(pod: PodRow, epoch: number, port: number): boolean {
    if (this.listening[pod] !== 1 || this.#listeners[2 * pod] !== epoch) return false;
    const first = this.#listeners[2 * pod + 1];
    return first === port || first === ANY || port === ANY || this.#morePorts.get(pod)?.includes(port) === true;
  }
}
