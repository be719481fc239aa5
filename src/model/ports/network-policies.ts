// Port: what the network plugin of a cluster lets through, by NetworkPolicies.
import type { PodClass } from '../pod-class.ts';

/** An end of a connection. */
export interface PolicyPeer {
  /** Undefined for what is no pod of the cluster. */
  readonly podClass: PodClass | undefined;
  /** Its IPv4 address; -1 where it has none. */
  readonly address: number;
}

/** What a connection is for: `TCP`, `UDP` or `SCTP`, and a port (0 is any) of pods of a class; undefined: of no pod. */
export interface Asked {
  readonly protocol: string;
  readonly port: number;
  readonly of: PodClass | undefined;
}

export interface PolicyRule {
  /** Whether connections with the peer are let through. */
  admits(peer: PolicyPeer, asked: Asked): boolean;
}

/** A NetworkPolicy. Rules are undefined where it is not of that type. */
export interface PolicyOfPods {
  selects(podClass: PodClass): boolean;
  readonly ingress: readonly PolicyRule[] | undefined;
  readonly egress: readonly PolicyRule[] | undefined;
}

/** The network part implements it. */
export interface NetworkPolicing {
  /** From now on, as each node hears of it. */
  enforce(policies: readonly PolicyOfPods[]): void;
}
