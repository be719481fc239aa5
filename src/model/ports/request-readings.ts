// Ports: what is known of requests.
import type { RequestFigure, RequestOutcome } from '../request-figures.ts';
import type { Selection } from '../endpoints.ts';
import type { PodRow } from '../rows.ts';

/** Requests by the pods that they were sent to. The traffic part implements it. */
export interface RequestReadings {
  /** Records from now on the attempts that are sent to pods of the selection. */
  watch(selection: Selection, windowUs: number): RequestWatch;
}

/** Attempts that ended in one way: how many in a window and since anybody watched, and what those of the window took together, µs. */
export interface OutcomeTotals {
  readonly ended: number;
  readonly endedEver: number;
  readonly tookUs: number;
}

export interface RequestWatch {
  /**
   * Of the attempts sent to pods of the selection that ended in the window up to now (to a sixtieth of it). Undefined where none
   * ended, and for a duration where none ended well.
   */
  read(figure: RequestFigure, selection: Selection): number | undefined;
}

/** A watch that also has the numbers from which a monitoring system works out what it is asked. */
export interface RequestSeries extends RequestWatch {
  totals(selection: Selection): Readonly<Record<RequestOutcome, OutcomeTotals>>;
  /** Of those that ended well in the window: the duration that a share of them does not exceed, µs; undefined for none. */
  quantile(share: number, selection: Selection): number | undefined;
  /** How many of them took at most so long. */
  within(us: number, selection: Selection): number;
}

/** The traffic part implements it. */
export interface RequestMeters extends RequestReadings {
  watch(selection: Selection, windowUs: number): RequestSeries;
}

/** Requests as somebody counts them who asks pods and Services now and then. The traffic part implements it. */
export interface RequestCounts {
  /** Counts by pod from now on; nobody else pays for it. */
  countByPod(): void;
  /** Attempts sent to the pod of that row since counting began; those that it has not answered, and of these those that wait. */
  sentTo(pod: PodRow): number;
  heldBy(pod: PodRow): number;
  waitingIn(pod: PodRow): number;
  /** Attempts ever sent to a Service, and calls to it that have not ended. */
  sentToService(namespace: string, name: string): number;
  heldOfService(namespace: string, name: string): number;
}
