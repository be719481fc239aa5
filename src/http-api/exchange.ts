// The border to whoever listens on a socket: a request that has come in whole, and who takes its answer.

export interface ApiRequest {
  /** In capitals. */
  readonly method: string;
  /** Without the query, percent-decoded: `/api/v1/namespaces/default/pods`. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** By names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Uint8Array;
  /** Who asks, as authenticated. */
  readonly user: string;
}

/** Who takes the answer. */
export interface ApiResponder {
  /** Once, before anything is written. */
  head(status: number, headers: Record<string, string>): void;
  /** Returns false when the client takes less than it is sent and is to be given up: a watch ends then. */
  write(chunk: string | Uint8Array): boolean;
  end(chunk?: string | Uint8Array): void;
  /** The client has gone, or the answer has ended, by whomever: the listener of a socket may end a watch when its `timeoutSeconds` are over. */
  readonly closed: boolean;
  onClose(listener: () => void): void;
}
