// Requests by revision over time: how many each revision of a workload was sent, how they went, and who met it.
import type { Row } from '../metrics/catalogue.ts';
import { Histogram } from '../metrics/histogram.ts';
import { HistogramSeries } from '../metrics/histogram-series.ts';
import type { ClassRow, ObjectRow, PodRow } from '../model/rows.ts';
import type { ClusterState } from '../model/state.ts';
import type { RevisionMeters, RevisionNumbers } from '../traffic/revision-meters.ts';
import type { Traffic } from '../traffic/traffic.ts';
import { PodRevisions } from './pod-revisions.ts';
import { quantiles } from './request-columns.ts';

type RevisionRow = Row<'revisionRequests'>;

/** A revision of a workload: what its pods have in common is the hash of their template. */
export interface ServedRevision {
  readonly kind: string;
  readonly namespace: string;
  readonly workload: string;
  /** Row of the workload. */
  readonly row: ObjectRow;
  readonly hash: string;
  readonly rows: RevisionRow[];
  /** Of each of its rows, in the same order: the interval (0, 1, …), the durations of it, and when its first and last attempt were sent. */
  readonly intervals: number[];
  readonly durations: HistogramSeries;
  readonly sent: { readonly firstUs: number; readonly lastUs: number }[];
}

interface Known {
  readonly owner: ObjectRow;
  readonly podClass: ClassRow;
  readonly hash: string;
  /** The number that it had last: an undo gives it another one, and one that is deleted has none. */
  number: number;
  served: ServedRevision | undefined;
}

export class RevisionsServed implements RevisionNumbers {
  readonly #state: ClusterState;
  readonly #meters: RevisionMeters;
  /** By number of the meters. */
  readonly #known: Known[] = [];
  readonly #numbers = new Map<string, number>();
  #intervals = 0;

  constructor(state: ClusterState, traffic: Traffic) {
    this.#state = state;
    this.#meters = traffic.countByRevision(this);
  }

  revisionOf(podClass: ClassRow, pod: PodRow): number {
    const owner = this.#ownerOf(podClass, pod);
    const { hash } = new PodRevisions(this.#state).of(owner, this.#state.classes.get(podClass));
    if (owner < 0 || hash === '') return -1;
    const key = `${owner} ${hash}`;
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    const number = this.#known.push({ owner, podClass, hash, number: 0, served: undefined }) - 1;
    this.#numbers.set(key, number);
    return number;
  }

  /** Those that requests were sent to, in the order in which they were first. */
  get revisions(): readonly ServedRevision[] {
    return this.#known.flatMap(({ served }) => served ?? []);
  }

  *rows(): Generator<RevisionRow> {
    const all = this.revisions.flatMap(({ rows, intervals }, order) =>
      rows.map((row, at) => ({ row, order, interval: intervals[at] })),
    );
    all.sort((a, b) => a.interval - b.interval || a.order - b.order);
    for (const { row } of all) yield row;
  }

  /** The interval ends now. */
  sample(time_seconds: number): void {
    const interval = this.#intervals;
    this.#intervals += 1;
    const numbers = new PodRevisions(this.#state);
    for (const [index, known] of this.#known.entries()) {
      const { number } = numbers.of(known.owner, this.#state.classes.get(known.podClass));
      if (number !== null) known.number = number;
      const meter = this.#meters.meters[index];
      if (meter.ended === 0) continue;
      known.served ??= this.#serve(known);
      const { served } = known;
      served.intervals.push(interval);
      served.durations.push(meter.durations);
      served.sent.push({ firstUs: meter.firstSentUs, lastUs: meter.lastSentUs });
      served.rows.push({
        time_seconds,
        namespace: served.namespace,
        kind: served.kind,
        workload: served.workload,
        revision: known.number,
        pod_template_hash: known.hash,
        requests: meter.ended,
        errors: meter.failed,
        new_users: meter.newUsers,
        ...quantiles(meter.durations),
      });
      meter.take();
    }
  }

  /** The owner's owner: of the pods of a Deployment not the ReplicaSet. */
  #serve({ owner, hash }: Known): ServedRevision {
    const { objects } = this.#state;
    const above = objects.owner[owner];
    const row = above < 0 ? owner : above;
    return {
      kind: objects.kind[row],
      namespace: objects.namespace[row],
      workload: objects.name[row],
      row,
      hash,
      rows: [],
      intervals: [],
      durations: new HistogramSeries(),
      sent: [],
    };
  }

  /** Of the pod, or where its row is another's by now, of any other one of that class. */
  #ownerOf(podClass: ClassRow, pod: PodRow): ObjectRow {
    const { pods, history } = this.#state;
    if (pods.alive[pod] === 1 && pods.podClass[pod] === podClass) return pods.owner[pod];
    for (let other = 0 as PodRow; other < pods.length; other = (other + 1) as PodRow)
      if (pods.alive[other] === 1 && pods.podClass[other] === podClass) return pods.owner[other];
    const gone = history.podClass.lastIndexOf(podClass);
    return gone < 0 ? -1 : history.owner[gone];
  }
}

/** Of the rows of some revisions that belong to the intervals from (included) to (excluded). */
export interface ServedSum {
  requests: number;
  errors: number;
  users: number;
  readonly durations: Histogram;
}

export function servedBy(
  revisions: readonly ServedRevision[],
  from: number,
  to: number,
  counts: (row: RevisionRow) => boolean,
): ServedSum {
  const sum: ServedSum = { requests: 0, errors: 0, users: 0, durations: new Histogram() };
  for (const { rows, intervals, durations } of revisions) {
    for (const [at, row] of rows.entries()) {
      if (intervals[at] < from || intervals[at] >= to || !counts(row)) continue;
      sum.requests += row.requests;
      sum.errors += row.errors;
      sum.users += row.new_users;
      sum.durations.merge(durations.merged(at, at + 1));
    }
  }
  return sum;
}
