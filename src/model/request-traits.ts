// What of a request a route may look at: all requests of a caller have the same.
export interface RequestTraits {
  /** It comes from outside the cluster. */
  readonly outside: boolean;
  /** The Host header without a port, in small letters; '' where nothing is said. */
  readonly host: string;
  readonly method: string;
  readonly path: string;
  /** By name in small letters. */
  readonly headers: Readonly<Record<string, string>>;
  readonly cookies: Readonly<Record<string, string>>;
}

/** A call of a pod: nothing is said of it. */
export const INSIDE: RequestTraits = {
  outside: false,
  host: '',
  method: 'GET',
  path: '/',
  headers: {},
  cookies: {},
};
