// Nodes of a finished run: from nodes.csv, one row per node and interval; events say when within an interval something changed.
import { type Frame, NodeState } from '../page/frame.ts';
import type { JobResults } from '../report/read.ts';
import type { Strings } from './strings.ts';

/** Reasons of events that say that a node came, went, or changed its condition. */
const REASONS = /,(?:RegisteredNode|RemovingNode|NodeNotReady|NodeReady),/;

interface NodeChange {
  readonly time: number;
  readonly node: number;
  readonly state: number;
}

export interface RunNodes extends Pick<Frame, 'nodes' | 'nodeChanges' | 'nodeLoads'> {
  /** By name. */
  readonly rows: ReadonlyMap<string, number>;
}

/** A node belongs to the pool that its name begins with: `<pool>-<number>`; others have none. */
export function poolOf(node: string): string {
  return /^(.+)-\d+$/.exec(node)?.[1] ?? '';
}

export function readNodes(job: JobResults, strings: Strings): RunNodes {
  const table = job.table('nodes.csv');
  const time = table.numbers('time_seconds');
  const names = table.text('node');
  const zones = table.text('zone');
  const ready = table.numbers('kube_node_status_ready');
  const rows = new Map<string, number>();
  const nodes = { name: [] as number[], zone: [] as number[], pool: [] as number[] };
  const row = Int32Array.from(names, (name, at) => {
    const known = rows.get(name);
    if (known !== undefined) return known;
    nodes.name.push(strings.of(name));
    nodes.zone.push(strings.of(zones[at]));
    nodes.pool.push(strings.of(poolOf(name)));
    rows.set(name, rows.size);
    return rows.size - 1;
  });
  const when = changeTimes(job, rows);
  const changes: NodeChange[] = [];
  const now = new Uint8Array(rows.size);
  const seen = new Uint32Array(rows.size);
  let interval = 0;
  let before = 0;
  for (let from = 0; from < row.length; ) {
    const end = time[from];
    interval += 1;
    let to = from;
    for (; to < row.length && time[to] === end; to += 1) {
      seen[row[to]] = interval;
      const state = ready[to] === 1 ? NodeState.Ready : NodeState.NotReady;
      const node = row[to];
      if (now[node] === state) continue;
      // What is there in the first interval was there from the start, unless an event says when it came.
      changes.push({ node, state, time: when(node, before, end) ?? (interval === 1 ? 0 : end) });
      now[node] = state;
    }
    for (const [node, state] of now.entries()) {
      if (state === NodeState.Absent || seen[node] === interval) continue;
      changes.push({ node, state: NodeState.Absent, time: when(node, before, end) ?? end });
      now[node] = NodeState.Absent;
    }
    before = end;
    from = to;
  }
  changes.sort((a, b) => a.time - b.time);
  const three = (column: string): number[] => Array.from(table.numbers(column), (value) => Number(value.toFixed(3)));
  return {
    rows,
    nodes,
    nodeChanges: {
      time: changes.map((one) => one.time),
      node: changes.map(({ node }) => node),
      state: changes.map(({ state }) => state),
    },
    nodeLoads: {
      time: Array.from(time),
      node: Array.from(row),
      cpuRequested: three('cpu_requested_ratio'),
      memoryRequested: three('memory_requested_ratio'),
      cpuUsed: three('cpu_usage_ratio'),
    },
  };
}

/** The last time within (after, until] at which an event says that the node changed. */
function changeTimes(
  job: JobResults,
  rows: ReadonlyMap<string, number>,
): (node: number, after: number, until: number) => number | undefined {
  const events = job.rowsOf('events.csv', REASONS);
  const time = events.numbers('time_seconds');
  const kind = events.text('kind');
  const name = events.text('name');
  const reason = events.text('reason');
  const times = new Map<number, number[]>();
  for (const at of time.keys()) {
    const node = kind[at] === 'Node' ? rows.get(name[at]) : undefined;
    if (node === undefined || !REASONS.test(`,${reason[at]},`)) continue;
    times.set(node, [...(times.get(node) ?? []), time[at]]);
  }
  return (node, after, until) => times.get(node)?.findLast((one) => one > after && one <= until);
}
