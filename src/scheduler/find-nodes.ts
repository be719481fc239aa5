// Hot dialect: which nodes a pod can have: by index, the one that it is nominated to, or by a walk over the candidates that stops when enough are found.
import type { SchedulerCache } from './cache/cache.ts';
import type { Decision } from './decision.ts';
import type { PodInfo } from './framework/pod-info.ts';
import type { Framework } from './framework/runtime/framework.ts';
import { Code } from './framework/status.ts';
import type { NodeRow, RowColumn } from '../model/rows.ts';

/** Fewer nodes than this are all examined, and at least so many feasible ones are looked for. */
const LEAST_FEASIBLE = 100;
const LEAST_PERCENTAGE = 5;
/** Candidates are filtered in lists of at least this many. */
const LEAST_LIST = 64;

/** How many feasible nodes are enough among `nodes` candidates. Where nothing is scored the first one will do. */
function feasibleNodesToFind({ score, percentageOfNodesToScore }: Framework, nodes: number, extended = false): number {
  if (score.length === 0 && !extended) return 1;
  if (nodes < LEAST_FEASIBLE) return nodes;
  const adaptive = Math.max(LEAST_PERCENTAGE, 50 - Math.floor(nodes / 125));
  const part = percentageOfNodesToScore > 0 ? percentageOfNodesToScore : adaptive;
  if (part >= 100) return nodes;
  return Math.max(LEAST_FEASIBLE, Math.floor((nodes * part) / 100));
}

/** Finds the node by index; false when that cannot be done, or when it must be said why no node will do. */
export function lookUpNode(decision: Decision, framework: Framework, pod: PodInfo): boolean {
  const { nominations } = decision;
  if (nominations.size > 0 && nominations.nodeOf(pod.row, pod.epoch) >= 0) return false;
  const count = decision.cache.order.list.length;
  const from = decision.nextStart % count;
  const index = framework.search(pod, from, feasibleNodesToFind(framework, count));
  if (index === undefined || index.found === 0) return false;
  if (nominations.size > 0 && concernsNominated(decision, pod, from, index.examined)) return false;
  decision.node = index.node;
  decision.filtered = index.examined;
  decision.found = index.found;
  if (index.found > 1) {
    decision.scored = index.found;
    decision.best = index.best;
  }
  decision.nextStart = (decision.nextStart + index.examined) % count;
  return true;
}

/** Whether a pod of no lower priority is nominated to one of the nodes examined, or to the one at which the search stopped. */
function concernsNominated({ cache, nominations }: Decision, pod: PodInfo, from: number, examined: number): boolean {
  const { list, positions } = cache.order;
  for (const { node, pod: other, priority } of nominations.all()) {
    if (other === pod.row || priority < pod.podClass.priority) continue;
    const at = node < positions.length ? positions[node] : -1;
    if (at >= 0 && (at - from + list.length) % list.length <= examined) return true;
  }
  return false;
}

/** The node to which the pod is nominated is tried first: if it passes it is the only one, and the start index stays. */
export function nominatedNodePasses(decision: Decision, framework: Framework, pod: PodInfo): boolean {
  const { cache, dryRun, nominations } = decision;
  const node = nominations.nodeOf(pod.row, pod.epoch);
  if (node < 0 || cache.present[node] === 0) return false;
  dryRun.begin(framework, pod, node);
  const fits = dryRun.fits();
  dryRun.end();
  if (!fits) return false;
  for (const list of [decision.examined, decision.feasible]) {
    list.ensure(1);
    list.rows[0] = node;
    list.start = 0;
    list.end = 1;
  }
  decision.verdicts.reset(1);
  return true;
}

/**
 * Walks the candidates from the start index and stops at the (k+1)-th feasible one: that one is neither kept nor counted, the
 * rejected ones before it are. This is the order of one worker; the real scheduler's sixteen race. `plain`: nothing that is
 * remembered is used.
 */
export function findNodesThatPassFilters(decision: Decision, framework: Framework, pod: PodInfo, plain: boolean): void {
  const { cache, examined, feasible, verdicts } = decision;
  const all = cache.order.list;
  const { restriction } = framework;
  const candidates = restriction === undefined ? all : presentNodes(cache, restriction);
  const count = candidates.length;
  const enough = feasibleNodesToFind(framework, count, decision.extenders?.filters);
  const from = count === 0 ? 0 : decision.nextStart % count;
  examined.ensure(count);
  feasible.ensure(Math.min(count, enough));
  verdicts.reset(count);
  let end = 0;
  let found = 0;
  let rejected = 0;
  let stopped = false;
  while (end < count && !stopped) {
    const start = end;
    end = Math.min(count, start + Math.max(LEAST_LIST, enough + 1 - found));
    present(decision, candidates, from, start, end);
    framework.runFilter(pod, examined, verdicts, plain);
    if (decision.nominations.size > 0) makeRoomForNominated(decision, framework, pod);
    if (verdicts.rejected === rejected) {
      const taken = Math.min(end - start, enough - found);
      feasible.rows.set(examined.rows.subarray(start, start + taken), found);
      found += taken;
      stopped = taken < end - start;
      end = start + taken;
      continue;
    }
    rejected = verdicts.rejected;
    for (let i = start; i < end; i += 1) {
      if (verdicts.codes[i] !== Code.Success) continue;
      if (found === enough) {
        end = i;
        stopped = true;
        break;
      }
      feasible.rows[found] = examined.rows[i];
      found += 1;
    }
  }
  examined.start = 0;
  examined.end = end;
  feasible.end = found;
  decision.nextStart = (decision.nextStart + end) % all.length;
}

/** Puts candidates `start … end - 1` of the walk that begins at `origin` before the filters. */
function present(
  { examined }: Decision,
  candidates: RowColumn<NodeRow>,
  origin: number,
  start: number,
  end: number,
): void {
  const count = candidates.length;
  const from = (origin + start) % count;
  const first = Math.min(end - start, count - from);
  examined.rows.set(candidates.subarray(from, from + first), start);
  if (start + first < end) examined.rows.set(candidates.subarray(0, end - start - first), start + first);
  examined.start = start;
  examined.end = end;
}

/** Where pods of no lower priority are nominated to a node, it has to pass with them there as well. */
function makeRoomForNominated(decision: Decision, framework: Framework, pod: PodInfo): void {
  const { examined, dryRun, nominations, verdicts } = decision;
  for (let i = examined.start; i < examined.end; i += 1) {
    const node = examined.rows[i];
    if (!nominations.concern(node, pod.row, pod.podClass.priority)) continue;
    dryRun.begin(framework, pod, node);
    if (!dryRun.fitsBesideNominated()) verdicts.replace(i, dryRun.code, dryRun.plugin, dryRun.reasons);
    dryRun.end();
  }
}

/** Those of the named nodes that are there. */
function presentNodes({ present, nodeCapacity }: SchedulerCache, nodes: readonly NodeRow[]): RowColumn<NodeRow> {
  return Int32Array.from(
    nodes.filter((node) => node >= 0 && node < nodeCapacity && present[node] === 1),
  ) as RowColumn<NodeRow>;
}
