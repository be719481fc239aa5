// Hot dialect: physical truth, as opposed to what the API server has been told: which machines run, which processes listen.
import { grown } from './columns.ts';

/** Written by the kubelet and the faults, read by whoever sends packets. By row of the node and of the pod. */
export class Machines {
  /** 1 while the machine runs and is connected. */
  nodeUp = new Uint8Array(0);
  /** 1 while the pod's process accepts connections. */
  listening = new Uint8Array(0);
  /** The epoch of the pod that `listening` speaks of. */
  listeningEpoch = new Int32Array(0);

  ensureNodes(capacity: number): void {
    if (this.nodeUp.length < capacity) this.nodeUp = grown(this.nodeUp, capacity);
  }

  ensurePods(capacity: number): void {
    if (this.listening.length >= capacity) return;
    this.listening = grown(this.listening, capacity);
    this.listeningEpoch = grown(this.listeningEpoch, capacity);
  }

  /** True when the pod of that epoch accepts connections now. */
  accepts(pod: number, epoch: number): boolean {
    return this.listening[pod] === 1 && this.listeningEpoch[pod] === epoch;
  }
}
