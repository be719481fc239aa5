// What is counted of the proxies of a controller.

/** Answers that a proxy gives by itself: a redirection, no such route, a route to nowhere, a backend that could not be reached, none that is ready, one that did not answer. */
export const ownAnswers = ['302', '404', '500', '502', '503', '504'] as const;
export type OwnAnswer = (typeof ownAnswers)[number];

export interface GatewayCounts {
  requests: number;
  /** Further attempts at backends. */
  retries: number;
  handshakes: number;
  reloads: number;
  /** Requests that ended because their worker's time to finish them was over. */
  cutOff: number;
  readonly answers: Record<OwnAnswer, number>;
}

export function noCounts(): GatewayCounts {
  const answers = { '302': 0, '404': 0, '500': 0, '502': 0, '503': 0, '504': 0 };
  return { requests: 0, retries: 0, handshakes: 0, reloads: 0, cutOff: 0, answers };
}
