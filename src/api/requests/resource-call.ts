// A request of the resource surface: it works on a whole v1 object, and is decided when it is committed.
import { type RequestArena, Verb } from './arena.ts';
import type { Commit } from './commit-context.ts';

/** What such a request asks for, as others see it: flow control and webhooks. */
export interface Asks {
  readonly verb: string;
  readonly about: {
    readonly apiVersion: string;
    readonly kind: string;
    readonly metadata: { readonly name: string; readonly namespace?: string };
  };
  readonly subresource: string;
}

export interface ResourceCall extends Asks {
  /** Does it. Returns 0, or a code of `Refused`, which has changed nothing. */
  commit(at: Commit): number;
}

export function callResource(requests: RequestArena, call: ResourceCall): number {
  const request = requests.allocate(Verb.CallResource, -1);
  requests.body[request] = call;
  return request;
}

export function commitResourceCall(at: Commit, request: number): number {
  return (at.requests.body[request] as ResourceCall).commit(at);
}
