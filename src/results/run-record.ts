// run.json: what was run, with what outcome, what was assumed, and how to run it again.
import type { TableName } from '../metrics/catalogue.ts';
import type { SampledRecord } from '../metrics/sampled-record.ts';

/** A default that the program chose because the input says nothing. */
export interface Assumption {
  readonly field: string;
  readonly value: string | number | boolean | null;
  /** Where the value comes from, such as "Kubernetes 1.36", "measured" or "guess". */
  readonly mark: string;
}

export interface ExpectationRecord {
  /** As written in the scenario. */
  readonly text: string;
  /** In the figure's base unit; null when there was nothing to measure. */
  readonly actual: number | null;
  /** The same as a person reads it: `140.8ms`, `not finished`. */
  readonly shown: string;
  readonly pass: boolean;
}

/** A file of the input by the name that the user knows it by, and the SHA-256 of its text. */
export interface InputFile {
  readonly file: string;
  readonly sha256: string;
}

/** Where a run was made. Its results are the same elsewhere; how long it took is not. */
export interface Machine {
  /** Version of Node. */
  readonly node: string;
  /** As Node calls them: `linux`, `x64`. */
  readonly platform: string;
  readonly arch: string;
  /** Model of the first processor; empty where it is not known. */
  readonly processor: string;
}

/** What a run records about itself. The writer adds `files`. */
export interface RunRecord {
  readonly version: string;
  /** Hash of the program that ran it, 16 hex digits; `source` when it was not built. */
  readonly program: string;
  readonly scenario: string;
  /** As given on the command line. */
  readonly scenario_file: string;
  /** Of the scenario and all manifests, expanded: equal hash and seed give equal results. */
  readonly scenario_hash: string;
  /** Every file that was read: those on the command line, then what the scenario names, relative to its folder. */
  readonly inputs: readonly InputFile[];
  readonly job: string;
  readonly seed: string;
  /** When virtual time begins, RFC 3339. */
  readonly start_time: string;
  readonly duration_seconds: number;
  readonly warmup_seconds: number;
  /** Over all handled events: time, kind and arguments. */
  readonly digest: string;
  readonly events: number;
  readonly wall_s: number;
  readonly peak_rss_mib: number;
  readonly machine: Machine;
  /** The command that runs this job again. */
  readonly reproduce: string;
  readonly series_interval_seconds: number;
  readonly nodes_interval_seconds: number;
  readonly workloads_interval_seconds: number;
  readonly expect: readonly ExpectationRecord[];
  /** What the scenario's expectations measure, by their words for it, in base units; null when there was nothing to measure. */
  readonly figures: Readonly<Record<string, number | null>>;
  /** Pods that have no node at the end, by what the scheduler says of them. */
  readonly pending: readonly { readonly message: string; readonly pods: number; readonly example: string }[];
  /** Commands of the timeline that were refused, each with its time and the answer. */
  readonly refused: readonly string[];
  readonly assumptions: readonly Assumption[];
  /** What must be known before the figures are read: what of the input was left out or is not simulated, and CPU used above what is there. */
  readonly caveats: readonly string[];
  /** Null where every request was to be simulated. */
  readonly sampled: SampledRecord | null;
  /** Valid fields of the input that do not influence the simulation. */
  readonly ignored: readonly (string | Readonly<Record<string, string | number>>)[];
  readonly notes: readonly string[];
}

/** A file of the job and how many rows it has, the header not counted. */
export interface ResultFile {
  readonly file: string;
  readonly table: TableName;
  readonly rows: number;
  /** Of its bytes, in hexadecimal digits. */
  readonly sha256: string;
}

/** What each field of run.json means, for the reference. */
export const runFields = {
  version: 'Version of wavetank.',
  program: 'Hash of the program, 16 hex digits: other code has another one, whatever its version; `source` when it was not built.',
  scenario: 'Name of the scenario.',
  scenario_file: 'The file, as given on the command line.',
  scenario_hash: 'Hash of the scenario and all manifests, expanded: equal hash and seed give equal results.',
  inputs: 'Every file that was read, and the `sha256` of its text: those on the command line, then what the scenario names, relative to its folder.',
  job: 'Identifier of the job within the scenario.',
  seed: 'Seed of all random streams.',
  start_time: 'When virtual time begins: `startTime` of the scenario.',
  duration_seconds: 'Simulated time, warm-up included.',
  warmup_seconds: 'Simulated time at the start that requests are not counted in.',
  digest: 'Digest of every event handled: time, kind and arguments.',
  events: 'Simulation events handled.',
  wall_s: 'Seconds that the run took.',
  peak_rss_mib: 'Peak memory use of the process, in MiB.',
  machine: 'Where it was run: version of `node`, `platform`, `arch`, model of the `processor`.',
  reproduce: 'The command that runs this job again.',
  series_interval_seconds: 'Interval of series.csv, services.csv and revisions.csv.',
  nodes_interval_seconds: 'Interval of nodes.csv.',
  workloads_interval_seconds: 'Interval of workloads.csv.',
  expect: 'The expectations of the scenario: `text`, `actual` value in base units (null: nothing to measure, or not finished), the same as `shown` to a person, `pass`.',
  figures:
    'What the expectations measure, those about other cells of a sweep included: `requests.p99 during 2m..4m` and its value in base units.',
  pending: 'Pods without a node at the end: `message` of the scheduler, number of `pods`, and one of them as `example`.',
  refused: 'Commands of the timeline that kubectl or the API server refused, or that had not ended, each with its time and the answer.',
  assumptions: 'Defaults chosen where the input says nothing: `field`, `value`, and a `mark` that says where the value is from.',
  caveats:
    'What must be known before the figures are read: what of the input was left out or is not simulated, by kind and count, and which workloads used more CPU than their limits or nodes allow.',
  sampled:
    'With `trafficMode: sampled`: the `error`; what kept requests from being sampled (`in_full`); the share that was simulated (`requests_simulated_ratio`); by column of summary.csv the `intervals` within which the full run lies 95 times of 100; the number of regimes that were `measured`, and the `regimes` that stood for most requests, each figure with half of its 95 % interval; Services whose figures were not known to the error when something changed (`measured_in_vain`). Otherwise null.',
  ignored: 'Valid fields of the input that do not influence the simulation.',
  notes: 'What else a reader of the results should know.',
  files: 'The CSV files: `file`, `table`, number of `rows`, and the `sha256` of the bytes.',
} as const satisfies Record<keyof RunRecord | 'files', string>;
