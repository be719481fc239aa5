// What the page is told of a cluster: rows that are there from now on, and changes since the last frame. A finished run is a single frame.

/** Frames of another version are refused. */
export const FRAME_VERSION = 1;

/** What a pod is at a moment, as the page draws it. `Absent`: not created yet, or removed. */
export const PodState = {
  Absent: 0,
  /** It has no node. */
  Pending: 1,
  /** It has a node and no running container. */
  Starting: 2,
  /** It runs and was not ready yet. */
  NotReady: 3,
  Ready: 4,
  /** Its deletion was asked for. */
  Terminating: 5,
  Succeeded: 6,
  Failed: 7,
} as const;
export type PodState = (typeof PodState)[keyof typeof PodState];

export const NodeState = { Absent: 0, NotReady: 1, Ready: 2, Cordoned: 3 } as const;
export type NodeState = (typeof NodeState)[keyof typeof NodeState];

/** A number where something was measured. */
export type Measured = number | null;

/** Indices into `strings` of all frames together. */
type Text = readonly number[];
type Numbers = readonly number[];
type MeasuredNumbers = readonly Measured[];

export type MarkKind = 'fault' | 'action' | 'rollout' | 'leader' | 'autoscaler';

/** What happened, and when; seconds of simulated time. Null: not over yet. */
export interface Mark {
  readonly kind: MarkKind;
  readonly label: string;
  readonly from: number;
  readonly to: number | null;
}

export interface Expectation {
  readonly text: string;
  readonly shown: string;
  readonly pass: boolean;
}

/** Of the whole run: comes with the first frame. */
export interface Opening {
  readonly version: typeof FRAME_VERSION;
  readonly source: 'run' | 'live';
  readonly scenario: string;
  readonly seed: string;
  readonly program: string;
  /** Seconds of simulated time. Of a live cluster null: it has no end. */
  readonly duration: number | null;
  /** Whether the server answers `explain`. */
  readonly explains: boolean;
  /** Files and options of the command line with which `wavetank explain` sees the same run. */
  readonly command: string;
  readonly expect: readonly Expectation[];
  /** What must be known before the picture is read: caveats of the run, and what its tables lack. */
  readonly remarks: readonly string[];
}

/** Columns of equal length in each group; rows are numbered through all frames. Times are seconds of simulated time and never fall. */
export interface Frame {
  readonly opening?: Opening;
  /** Everything until then is in this frame and those before. */
  readonly until: number;
  /** Of a live run: how fast it goes (`60x`, `max`, `pause`), and how that goes. */
  readonly pace?: { readonly speed: string; readonly state: string };
  readonly strings: readonly string[];
  readonly nodes: { readonly name: Text; readonly zone: Text; readonly pool: Text };
  readonly nodeChanges: { readonly time: Numbers; readonly node: Numbers; readonly state: Numbers };
  /** Shares from 0 to 1. */
  readonly nodeLoads: {
    readonly time: Numbers;
    readonly node: Numbers;
    readonly cpuRequested: Numbers;
    readonly memoryRequested: Numbers;
    readonly cpuUsed: Numbers;
  };
  /** `workload` is `Deployment/shop/web`; `revision` the number, or the hash of the template, or empty. */
  readonly pods: { readonly namespace: Text; readonly name: Text; readonly workload: Text; readonly revision: Text };
  /** `node` is -1 without one. */
  readonly podChanges: {
    readonly time: Numbers;
    readonly pod: Numbers;
    readonly state: Numbers;
    readonly node: Numbers;
  };
  readonly services: { readonly namespace: Text; readonly name: Text };
  /** Calls in the interval that ends at `time`, per second. Durations in seconds. */
  readonly serviceLoads: {
    readonly time: Numbers;
    readonly service: Numbers;
    readonly rate: Numbers;
    readonly errors: MeasuredNumbers;
    readonly p50: MeasuredNumbers;
    readonly p99: MeasuredNumbers;
  };
  /** Who calls whom: a source by name, or a Service by row; the other is empty or -1. */
  readonly edges: { readonly source: Text; readonly caller: Numbers; readonly service: Numbers };
  readonly edgeLoads: {
    readonly time: Numbers;
    readonly edge: Numbers;
    readonly rate: Numbers;
    readonly errors: MeasuredNumbers;
    readonly p50: MeasuredNumbers;
    readonly p99: MeasuredNumbers;
  };
  /** Requests from outside, in the interval that ends at `time`. */
  readonly series: {
    readonly time: Numbers;
    readonly rate: Numbers;
    readonly errors: MeasuredNumbers;
    readonly p50: MeasuredNumbers;
    readonly p99: MeasuredNumbers;
  };
  readonly events: {
    readonly time: Numbers;
    readonly warning: Numbers;
    readonly reason: Text;
    /** `Pod/shop/web-1`, `Node/worker-1`. */
    readonly object: Text;
    readonly message: Text;
    readonly source: Text;
  };
  /** Those that are new, and those that have ended since: a later mark of the same kind, label and beginning replaces one. */
  readonly marks: readonly Mark[];
}
