// What is between clients and the work on a request, and between the work and its commit, where servers and members of etcd may fail.

export interface RequestPath {
  /** A request has left its client. */
  arrive(request: number): void;
  /** It has passed the filters: the work on it begins. */
  work(request: number): void;
  /** The number of the server that a request came to. */
  serverOf(request: number): number;
  /** The client of that bucket is a new process, and opens a new connection. */
  redial(bucket: number): void;
  /** The clients of that bucket talk to the API server of their machine only. */
  pin(bucket: number, machine: string): void;
}
