// Scheduler extenders of a KubeSchedulerConfiguration, and what they have answered.

export interface ExtenderSettings {
  readonly urlPrefix: string;
  /** Below the prefix; undefined for what it has no part in. */
  readonly filterVerb?: string | undefined;
  readonly prioritizeVerb?: string | undefined;
  readonly bindVerb?: string | undefined;
  readonly weight: number;
  /** It is told names of nodes, not the nodes. */
  readonly nodeCacheCapable: boolean;
  /** Where it does not answer the pod is scheduled without it. */
  readonly ignorable: boolean;
  /** It is asked about pods that request or limit one of these; about all pods without. */
  readonly managedResources: readonly string[];
}

/** By question: the URL and the body, as `questionKey` makes it. */
export type ExtenderAnswers = ReadonlyMap<string, ExtenderAnswer>;

export type ExtenderAnswer = { readonly answer: unknown } | { readonly error: string };

/** Bodies are made in one way, so that their texts tell them apart. */
export function questionKey(url: string, body: object): string {
  return `${url} ${JSON.stringify(body)}`;
}
