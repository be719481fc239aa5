// Pods of a finished run: pods.csv has a row for each that existed, with the times at which its state changed for the first time.
import { type Frame, PodState } from '../page/frame.ts';
import type { CsvTable, JobResults } from '../report/read.ts';
import type { Strings } from './strings.ts';

type RunPods = Pick<Frame, 'pods' | 'podChanges'>;

/** By `namespace/name` of a ReplicaSet: the Deployment that it belongs to. */
type Deployments = ReadonlyMap<string, string>;

export function readPods(job: JobResults, nodeRows: ReadonlyMap<string, number>, strings: Strings): RunPods {
  const table = job.table('pods.csv');
  const deployments = readDeployments(job);
  const namespace = table.text('namespace');
  const name = table.text('pod');
  const node = table.text('node');
  const revision = revisions(table);
  const workload = workloads(table, deployments);
  const pods = { namespace: [] as number[], name: [] as number[], workload: [] as number[], revision: [] as number[] };
  const time: number[] = [];
  const pod: number[] = [];
  const state: number[] = [];
  const places: number[] = [];
  const statesOf = podStates(table);
  for (let row = 0; row < table.rows; row += 1) {
    pods.namespace.push(strings.of(namespace[row]));
    pods.name.push(strings.of(name[row]));
    pods.workload.push(strings.of(workload(row)));
    pods.revision.push(strings.of(revision(row)));
    const on = nodeRows.get(node[row]) ?? -1;
    for (const [at, now] of statesOf(row)) {
      time.push(at);
      pod.push(row);
      state.push(now);
      places.push(now === PodState.Pending || now === PodState.Absent ? -1 : on);
    }
  }
  const order = inOrderOf(time);
  const sorted = (column: readonly number[]): number[] => Array.from(order, (at) => column[at]);
  return {
    pods,
    podChanges: { time: sorted(time), pod: sorted(pod), state: sorted(state), node: sorted(places) },
  };
}

/** Times and states of a pod, in their order. */
function podStates(table: CsvTable): (row: number) => (readonly [number, number])[] {
  const of = (column: string): Float64Array => table.numbers(column);
  const created = of('created_seconds');
  const scheduled = of('scheduled_seconds');
  const started = of('started_seconds');
  const ready = of('ready_seconds');
  const deleted = of('deleted_seconds');
  const finished = of('finished_seconds');
  const phase = table.text('phase');
  return (row) => {
    const isDeleted = !Number.isNaN(deleted[row]);
    // A pod that ended by itself stays there until somebody deletes it; one that is being deleted is gone with its end.
    const endedBefore = finished[row] < (isDeleted ? deleted[row] : Infinity);
    const ended = phase[row] === 'Failed' ? PodState.Failed : PodState.Succeeded;
    const steps: (readonly [number, number])[] = [
      [created[row], PodState.Pending],
      [scheduled[row], PodState.Starting],
      [started[row], PodState.NotReady],
      [ready[row], PodState.Ready],
    ];
    if (endedBefore) steps.push([finished[row], ended], [deleted[row], PodState.Absent]);
    else steps.push([deleted[row], PodState.Terminating], [finished[row], PodState.Absent]);
    // A container that starts again after its pod was to be deleted does not bring it back.
    return steps.filter(
      ([time], step) => !Number.isNaN(time) && steps.slice(step + 1).every(([later]) => !(later < time)),
    );
  };
}

/** `Deployment/shop/web`, else the owner as pods.csv has it without the hash of its template; empty for a bare pod. */
function workloads(table: CsvTable, deployments: Deployments): (row: number) => string {
  const namespace = table.text('namespace');
  const kind = table.text('owner_kind');
  const owner = table.text('owner');
  const hash = table.text('pod_template_hash');
  return (row) => {
    if (owner[row] === '') return '';
    const deployment = kind[row] === 'ReplicaSet' ? deployments.get(`${namespace[row]}/${owner[row]}`) : undefined;
    if (deployment !== undefined) return `Deployment/${namespace[row]}/${deployment}`;
    const suffix = `-${hash[row]}`;
    const plain = hash[row] !== '' && owner[row].endsWith(suffix) ? owner[row].slice(0, -suffix.length) : owner[row];
    return `${kind[row]}/${namespace[row]}/${plain}`;
  };
}

function revisions(table: CsvTable): (row: number) => string {
  const revision = table.text('revision');
  const hash = table.text('pod_template_hash');
  return (row) => (revision[row] === '' ? hash[row] : revision[row]);
}

function readDeployments(job: JobResults): Deployments {
  const found = new Map<string, string>();
  if (!job.has('revisions.csv')) return found;
  const table = job.table('revisions.csv');
  const namespace = table.text('namespace');
  const deployment = table.text('deployment');
  for (const [row, replicaSet] of table.text('replicaset').entries())
    found.set(`${namespace[row]}/${replicaSet}`, deployment[row]);
  return found;
}

/** Rows by time; those of one time as they were. */
function inOrderOf(time: readonly number[]): Uint32Array {
  return Uint32Array.from(time.keys()).sort((a, b) => time[a] - time[b] || a - b);
}
