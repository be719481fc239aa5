// Ports: the processes of the control plane, and what faults may do to them.
import type { NodeRow } from '../rows.ts';

/** Signals of Unix. */
export type ProcessSignal = 'SIGKILL' | 'SIGTERM' | 'SIGSTOP' | 'SIGCONT';

/** A process of the control plane: as its pod is called (`kube-scheduler-cp1`), what it is of (`kube-scheduler`), where it runs (`cp1`). */
export interface ControlPlaneProcess {
  readonly name: string;
  readonly component: string;
  readonly machine: string;
  /** Where the machine is, as `controlPlane.zones` or the label of its node says; empty where nothing does. */
  readonly zone: string;
  readonly state: 'running' | 'stopped' | 'dead';
  /** Whether it takes itself for the leader of its component. */
  readonly leads: boolean;
}

/** What faults may do to the processes of the control plane. */
export interface ControlPlaneProcesses {
  /** None where the control plane cannot die. */
  readonly list: readonly ControlPlaneProcess[];
  find(name: string): ControlPlaneProcess | undefined;
  /** One that is dead hears nothing. Whoever ends is started again by its supervisor, unless somebody holds it. */
  signal(name: string, signal: ProcessSignal): void;
  /** It is not started again until it has been let go as often as it was held. */
  hold(name: string): void;
  letGo(name: string): void;
  /** Saves of a member of etcd take so much longer until what this gives is called. */
  slowDisk(name: string, extraUs: number): () => void;
  /** The certificate of a server is not valid until what this gives is called: open connections stay, others are refused by clients. */
  expire(name: string): () => void;
  /** Whether partitions leave the node a way to an API server that reaches a majority of etcd. */
  serves(node: NodeRow): boolean;
}
