// What a request meets at the API server before anything is done about it: kube-apiserver's handler chain, as far as it can stop one.

export interface RequestFilters {
  /** A request has arrived. Now or later it is served (`serve` of the server) or answered with a refusal (`refuse`). */
  arrive(request: number): void;
  /** One that was served is about to be answered. */
  finished(request: number): void;
}
