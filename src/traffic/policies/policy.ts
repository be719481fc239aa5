// What a policy is: what a caller or a server does about failures and overload. It is asked and notified at fixed points of a call's life.
import type { Random } from '../../engine/random.ts';
import type { EndpointSubset } from '../../model/endpoints.ts';

/** Answers of `admit` and `connects` that are not a time: it may not go; it waits until the policy says so. */
export const REJECTED = -1;
export const WAITS = -2;

/** One attempt of a call, or one request at a pod, as a policy sees it. The object is reused: do not keep it. Times in µs. */
export interface Attempt {
  readonly nowUs: number;
  /** What to pass to `context.resume` where it waits. */
  readonly ticket: number;
  /** 0 for the first attempt of its call. */
  readonly number: number;
  /** More important ones have larger numbers. */
  readonly priority: number;
  /** The number of the request from outside, the same for all that is called for it. */
  readonly request: number;
  /** When it was let through; at a server, when it came. */
  readonly startedUs: number;
  /** One of `Outcome` (`src/traffic/calls.ts`), once it has ended. */
  readonly outcome: number;
  /** Who was chosen, -1 where nobody was: the number that `endpointKey` gives. */
  readonly endpoint: number;
  /** At a server: requests that wait there. */
  readonly waiting: number;
  /** A number that the policy keeps with the call, from one attempt to the next; 0 at first. */
  memory: number;
}

/** What a policy is made with: one for each caller (a pod, or the clients of a source), or for each pod that serves. */
export interface PolicyContext {
  /** Simulated time in µs. */
  nowUs(): number;
  /** Of this place of the scenario. */
  readonly random: Random;
  /** What all callers, or all pods, of this place of the scenario have in common: made once, by whoever asks first. */
  shared<Part>(make: () => Part): Part;
  /** An attempt that waits goes now. */
  resume(ticket: number): void;
  /** An attempt that waits may not go. */
  refuse(ticket: number): void;
  /** An endpoint is used no more, or again. */
  ejected(endpoint: number, reason: string, times: number): void;
  returned(endpoint: number): void;
}

/** Further attempts while the first is under way. */
export interface Hedging {
  /** With the first. */
  readonly attempts: number;
  readonly delayUs: number;
  /** Whether an outcome ends the call, whatever the other attempts do. Success always does. */
  isFatal(outcome: number): boolean;
}

/** What a caller does without the answer. */
export interface Fallback {
  readonly takesUs: number;
  covers(outcome: number): boolean;
}

export interface Policy {
  // At a caller.
  /** A call begins. */
  begun?(attempt: Attempt): void;
  /**
   * Whether a failed attempt may be followed by another one; `left` is whether there would be one, and `retryable` whether
   * such a failure is tried again at all.
   */
  mayRetry?(attempt: Attempt, left: boolean, retryable: boolean): boolean;
  /** What to wait before the next attempt, µs, instead of what the call's `retries` say; -1: there is none. */
  retryUs?(attempt: Attempt): number;
  /** Whether such an end, one of `Outcome`, is tried again at all. Without it each failure is. */
  retries?(outcome: number): boolean;
  /** A call has ended, after its last attempt. */
  concluded?(attempt: Attempt): void;
  /** The endpoints that are used for now. None: the connection is refused. */
  uses?(endpoints: EndpointSubset): EndpointSubset;
  /** Like `admit`, once an endpoint has been chosen. */
  connects?(attempt: Attempt): number;
  /** An attempt that waits has given up. */
  gaveUp?(attempt: Attempt): void;
  /** How long an attempt waits at most; without it as long as it takes. */
  readonly waitsUs?: number;
  /** What a call may take, with all of its attempts and all that is called for it. */
  readonly deadlineUs?: number;
  readonly hedging?: Hedging;
  readonly fallback?: Fallback;

  // At a server.
  /** It looks at what waits there: at a caller it would have nothing to do. */
  readonly needsQueue?: true;
  /** Whether a request that has waited is still served. */
  serves?(attempt: Attempt): boolean;

  // At both.
  /** What an attempt, or a request that comes, has to wait, µs; or REJECTED, or WAITS (at callers only). */
  admit?(attempt: Attempt): number;
  /** One that was let through did not go: another policy refused it. */
  withdrawn?(attempt: Attempt): void;
  /** One that was let through has ended. */
  ended?(attempt: Attempt): void;

  // What is shown of it.
  /** One of `BreakerState`. */
  state?(): number;
  /** What it allows at a time now. */
  limit?(): number;
  /** Endpoints that it has ejected. */
  ejectedEndpoints?(): number;
  /** Of a bound: how much of it is used, which must never be more. */
  used?(): number;
  bound?(): number;
}
