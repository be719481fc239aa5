// What a value in a ConfigMap or a Secret does to the processes that have it.
import type { ConfigKey } from '../config-ways.ts';

export interface ConfigEffect extends ConfigKey {
  /** Undefined: while the key is missing. */
  readonly value: string | undefined;
  /** How many times as long work takes in the pod. */
  readonly slows: number;
  /** The process exits with it; undefined: it runs on. */
  readonly exitCode: number | undefined;
}
