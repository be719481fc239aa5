// What one run gives to a script: figures, verdicts and, when asked for, the rows of any table.
import type { Row, TableName } from '../metrics/catalogue.ts';
import type { Assumption, ExpectationRecord } from '../results/run-record.ts';

export interface RunResult {
  readonly scenario: string;
  /** `seed-1`, or in a sweep `cell-3f2a91c0/seed-1`. */
  readonly job: string;
  readonly seed: number;
  /** The cell of a sweep: values by path. */
  readonly axes: Readonly<Record<string, unknown>>;
  /** The run in one row: the columns of summary.csv, in seconds, bytes, ratios and counts; null is nothing to measure. */
  readonly summary: Row<'summary'>;
  /** The scenario's expectations with what came out, in base units. */
  readonly expectations: readonly ExpectationRecord[];
  /** Whether all expectations hold in this run. */
  readonly pass: boolean;
  /** Two runs with the same digest handled the same events. */
  readonly digest: string;
  /** Simulation events handled. */
  readonly events: number;
  readonly wallSeconds: number;
  /** Pods that have no node at the end, by what the scheduler says of them, the most frequent reason first. */
  readonly pending: readonly { readonly message: string; readonly pods: number; readonly example: string }[];
  /** Commands of the timeline that kubectl or the API server refused: `at 2m, scale web to 5: error: …`. */
  readonly refused: readonly string[];
  /** Defaults that the run used and that the input does not say. */
  readonly assumptions: readonly Assumption[];
  /** What of the input had no effect, as `Deployment/default/web: spec.…`. */
  readonly ignored: readonly string[];
  /** What must be known before the figures are read: what of the input was left out or is not simulated, and CPU used above what is there. */
  readonly caveats: readonly string[];
  readonly notes: readonly string[];
  /** Where the files are, with the option `out`. */
  readonly folder: string | undefined;
  /** The rows of a table, `series`, `pods`, `nodes` …: the columns of its CSV file. Made again at each call. */
  table<T extends TableName>(name: T): Row<T>[];
}
