// Kinds of requests of a source, and the keys that requests are about.
import type { RequestTraits } from '../request-traits.ts';

/** Bytes of a request and of its answer; undefined: what whoever serves it says. */
export interface SizesOfClass {
  readonly requestBytes: number | undefined;
  readonly responseBytes: number | undefined;
}

/** What is different about some of the requests of a source. */
export interface RequestClass {
  readonly name: string;
  /** Its share of the requests, among the weights of all classes of the source. */
  readonly weight: number;
  readonly to: { readonly namespace: string; readonly name: string; readonly port?: string | undefined };
  readonly priority: number;
  /** How many times the usual work its requests are for whoever serves them first. */
  readonly work: number;
  readonly size?: SizesOfClass | undefined;
  readonly request: RequestTraits;
  /** They change data. */
  readonly write?: boolean;
}

/** For a time, a share of all requests is about a few keys that are rarely asked for otherwise. */
export interface HotKeys {
  readonly share: number;
  readonly keys: number;
  readonly fromUs: number;
  readonly untilUs: number;
}

/** Which of so many things requests are about: key k (from 0 on) in proportion to 1 / (k + 1)^zipf. */
export interface KeysSpec {
  readonly count: number;
  /** 0: all alike. */
  readonly zipf: number;
  readonly hot: readonly HotKeys[];
}
