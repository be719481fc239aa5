// Queues of a message broker, and the groups that consume them. Times in integer microseconds.
import type { DistributionSpec } from '../../lib/distribution.ts';
import type { FamilyUse } from './family-use.ts';
import type { KeysSpec } from './request-classes.ts';

/** As Kafka's clients divide partitions: with the first three nobody consumes meanwhile, with the last one only what moves rests. */
export const assignorNames = ['range', 'round-robin', 'sticky', 'cooperative-sticky'] as const;
export type AssignorName = (typeof assignorNames)[number];

export interface ConsumerGroup {
  readonly name: string;
  /** Pods of that namespace whose main container runs the image are its members. */
  readonly namespace: string;
  readonly image: string;
  /** Messages that a member takes at a time; it takes more once it is done with all of them. */
  readonly batch: number;
  /** From the broker to a member, and back. */
  readonly latency: DistributionSpec;
  /** After so many deliveries that failed a message is given up. */
  readonly maxDeliveries: number;
  /** With partitions: how they are divided. */
  readonly assignor: AssignorName;
  /** With partitions: how long it takes to divide them anew when a member comes or goes. */
  readonly rebalanceUs: number;
  /** With partitions: a member is known by the name of its pod, and one that is back before it is missed has its partitions again at once. */
  readonly staticMembership: boolean;
  /** Each member gets every message, once. */
  readonly everyPod?: boolean | undefined;
  /** With partitions: when a member is missed that has died. */
  readonly sessionTimeoutUs: number;
}

/** CPU time of brokers, for one message. */
export interface BrokerWork {
  /** Of the leader of its partition, before it is taken. */
  readonly publish: DistributionSpec;
  /** Of each other broker in sync. */
  readonly replicate: DistributionSpec;
  /** Of the leader, for each group that gets it. */
  readonly deliver: DistributionSpec;
}

/** The pods that keep a queue, as Kafka's brokers do. */
export interface BrokerSpec {
  /** Pods of that namespace whose main container runs the image. */
  readonly namespace: string;
  readonly image: string;
  /** How many of them have each partition. */
  readonly replicas: number;
  /** A message is taken when all that are in sync have it, or as soon as its leader has. */
  readonly acks: 'all' | 'leader';
  /** With `all`: how many must be in sync, or nothing is taken. */
  readonly minInSync: number;
  /** With `leader`: how far the others are behind. */
  readonly replicationLagUs: number;
  /** After the death of a broker: when others lead what it led. */
  readonly failoverUs: number;
  /** How long publishers keep a message that nobody takes. */
  readonly deliveryTimeoutUs: number;
  /** Undefined: none. */
  readonly work?: BrokerWork | undefined;
}

export interface MessageQueueSpec {
  readonly name: string;
  /** Each is consumed by one member of a group; 0: any member takes any message. */
  readonly partitions: number;
  /** When messages come from outside; undefined: only what behaviours publish. */
  readonly arrivals: FamilyUse | undefined;
  readonly startUs: number;
  /** What messages from outside are about: those of one key go to one partition. */
  readonly keys?: KeysSpec | undefined;
  /** Undefined: it never fails. */
  readonly broker?: BrokerSpec | undefined;
  readonly groups: readonly ConsumerGroup[];
}

/** Messages that each request publishes when it is answered without an error. */
export interface PublishSpec {
  readonly queue: string;
  readonly count: number;
  /** Probability that it does, 0 to 1. */
  readonly probability: number;
  /** To the partition of what the request is about; else to the next one in turn. */
  readonly byKey?: boolean;
}
