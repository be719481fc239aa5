// Databases: which of the processes takes writes, how another one takes over, and what writes wait for. Times in integer microseconds.

/** What a write keeps others from until it is committed: nothing, writes of the same key, or all writes of the process. */
export const lockNames = ['none', 'key', 'all'] as const;
export type LockName = (typeof lockNames)[number];

/** Values of the label of the pods of a StatefulSet. */
export const Role = { primary: 'primary', replica: 'replica' } as const;

export interface DatabaseSpec {
  /** Name of the label by which pods say what they are: one is `primary`, the others are `replica`. */
  readonly label: string;
  /** How long the primary may be silent, or its pod not Ready, before a replica takes over. */
  readonly failoverUs: number;
  /** From the decision until the new primary takes writes. */
  readonly promotionUs: number;
  readonly replication: {
    /** How far replicas are behind; with `synchronous` what a write waits for. */
    readonly lagUs: number;
    readonly synchronous: boolean;
  };
  readonly locks: LockName;
}
