// Hot dialect: spans of calls that are traced: a call, its attempts, and what the pod that an attempt came to did with it. Times in µs, -1: not yet, or never.
import type { Processors } from '../../model/ports/processors.ts';
import type { IdentityRow, NodeRow, PodRow } from '../../model/rows.ts';

const NEVER = -1;

/** A call as its caller has it: from its first attempt to what came of the last one. */
export class CallSpan {
  /** What served the request that makes the call; undefined for one from outside, and for a query of a name. */
  readonly parent: ServedSpan | undefined;
  /** Whose request from outside it is; -1 for any other call. */
  readonly source: number;
  readonly site: number;
  /** Who calls whom. */
  readonly edge: number;
  readonly startUs: number;
  /** Of a request from outside: its number among those of its source, and a number drawn for it, 0 to 1. */
  ordinal = NEVER;
  drawn = 0.5;
  /** One after the other; at once where a call is hedged. */
  readonly attempts: AttemptSpan[] = [];
  endUs = NEVER;
  /** What came of the call, and what its caller was told. */
  outcome = NEVER;
  told = NEVER;
  /** The attempt with which it ended. */
  decided: AttemptSpan | undefined;

  constructor(parent: ServedSpan | undefined, source: number, site: number, edge: number, startUs: number) {
    this.parent = parent;
    this.source = source;
    this.site = site;
    this.edge = edge;
    this.startUs = startUs;
  }
}

/** What a proxy of a mesh does with an attempt or its answer. */
export interface PassageSpan {
  /** One of `Leg` of the mesh. */
  readonly leg: number;
  readonly startUs: number;
  endUs: number;
}

export class AttemptSpan {
  readonly call: CallSpan;
  /** 0 for the first. */
  readonly number: number;
  readonly startUs: number;
  /** The policies of the caller have let it go: its name is looked up from now on. */
  openUs = NEVER;
  /** The name is known: a connection is taken or opened. -1 also where there was nothing to look up. */
  namedUs = NEVER;
  /** It is connected, and leaves: at once unless policies about the endpoint make it wait. */
  connectedUs = NEVER;
  leftUs = NEVER;
  /** At its pod. */
  reachedUs = NEVER;
  endUs = NEVER;
  outcome = NEVER;
  /** Another attempt was quicker, or the call had to end. */
  isCancelled = false;
  served: ServedSpan | undefined;
  /** Proxies of a mesh that it or its answer passes, one after the other; none where there is no mesh. */
  passages: PassageSpan[] | undefined;
  /** Queries for its name. */
  readonly queries: CallSpan[] = [];

  constructor(call: CallSpan, number: number, startUs: number) {
    this.call = call;
    this.number = number;
    this.startUs = startUs;
  }
}

/** An answer from a cache: `hit`, `stale`, or `shared` with whoever fetches it. */
interface CachedSpan {
  readonly site: number;
  readonly what: string;
  readonly startUs: number;
  readonly endUs: number;
}

/** A request in a pod. */
export class ServedSpan {
  readonly attempt: AttemptSpan;
  readonly arrivedUs: number;
  readonly identity: IdentityRow;
  readonly node: NodeRow;
  /** It has a slot. */
  servedUs = NEVER;
  /** Its work is done: from now on it makes calls. */
  workedUs = NEVER;
  answeredUs = NEVER;
  outcome = NEVER;
  /** What the work takes where nothing stands in its way, waits of its own included. */
  needUs = 0.5;
  /** Of the time of its work: its cgroup was throttled; it could have run, and others did. */
  throttledUs = 0.5;
  cpuWaitUs = 0.5;
  /** A more important request had its slot. */
  preemptedUs = 0.5;
  /** While a burst of work is under way: the time throttled of its process as it began. */
  burstUs = 0.5;
  /** What its work runs on, once there is some. */
  processors: Pick<Processors, 'throttledUs'> | undefined = undefined;
  readonly pod: PodRow;
  bursts = 0;
  suspendedUs = NEVER;
  /** Its work and its calls are done, and its client has not taken all of the answer. */
  heldUs = NEVER;
  readonly calls: CallSpan[] = [];
  /** What it got from caches instead of calling for it. */
  readonly cached: CachedSpan[] = [];

  constructor(attempt: AttemptSpan, pod: PodRow, identity: IdentityRow, node: NodeRow, arrivedUs: number) {
    this.attempt = attempt;
    this.pod = pod;
    this.identity = identity;
    this.node = node;
    this.arrivedUs = arrivedUs;
    this.needUs = 0;
    this.throttledUs = 0;
    this.cpuWaitUs = 0;
    this.preemptedUs = 0;
    this.burstUs = NEVER;
  }

  /** How long its cgroup was throttled during its work so far, that of a burst under way included. */
  throttledSoFarUs(): number {
    if (this.burstUs < 0 || this.processors === undefined) return this.throttledUs;
    return this.throttledUs + Math.max(0, this.processors.throttledUs(this.pod) - this.burstUs);
  }

  /** Nothing more is done for it: a burst that is not over never will be. */
  stop(): void {
    this.throttledUs = this.throttledSoFarUs();
    this.burstUs = NEVER;
  }
}
