// What a resolver is: a lookup sends queries, hears answers, and comes to addresses or to an error. It knows no network and no clock.

export const recordTypes = ['A', 'AAAA'] as const;
export type RecordType = (typeof recordTypes)[number];

/** What resolv.conf says. */
export interface ResolvConf {
  readonly search: readonly string[];
  readonly ndots: number;
  /** How many servers there are. */
  readonly servers: number;
  readonly timeoutUs: number;
  readonly attempts: number;
  readonly rotate: boolean;
  /** One query at a time (`single-request`). */
  readonly oneAtATime: boolean;
  /** Over TCP (`use-vc`). */
  readonly tcp: boolean;
}

export interface Query {
  /** Index of the server. */
  readonly server: number;
  /** Complete, without its last dot. */
  readonly name: string;
  readonly type: RecordType;
  readonly tcp: boolean;
}

export const Rcode = { NoError: 0, ServFail: 2, NxDomain: 3, Refused: 5 } as const;
export type RcodeValue = (typeof Rcode)[keyof typeof Rcode];

export interface Answer {
  readonly rcode: RcodeValue;
  /** Whether it has records of the type that was asked for. */
  readonly has: boolean;
  /** It did not fit: over TCP it would. */
  readonly truncated: boolean;
}

/** `noName`: there is no such name; `noData`: the name has no address; `again`: nobody knows now; `timeout`: nobody answered. */
export type LookupError = 'noName' | 'noData' | 'again' | 'timeout';

/** How a lookup ended: with addresses of these types, or with an error. */
export interface LookupResult {
  readonly types: readonly RecordType[];
  readonly error: LookupError | undefined;
}

/** The world of a lookup. */
export interface LookupHost {
  send(query: Query): void;
  /** Calls `due` after so long, unless what this returns is called before. */
  wait(delayUs: number, due: () => void): () => void;
  /** Once. */
  ended(result: LookupResult): void;
}

export interface Lookup {
  start(): void;
  /** An answer that nobody waits for any more is ignored. */
  answered(query: Query, answer: Answer): void;
}

/** How the resolver of a C library, or of Go, looks names up. */
export type Resolver = (conf: ResolvConf, name: string, types: readonly RecordType[], host: LookupHost) => Lookup;
