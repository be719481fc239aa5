// Why a pod was not scheduled, in kube-scheduler's words (framework.FitError).
import type { FilterOutcome, PostFilterStatus } from './interface.ts';
import type { Framework } from './runtime/framework.ts';
import { Code } from './status.ts';
import type { ReasonLists } from './verdicts.ts';

/** A pod that no node will do for. */
interface Unplaced extends FilterOutcome {
  /** Nodes that PreFilter plugins ruled out. */
  readonly absent: number;
  readonly postFilter: PostFilterStatus;
}

/** `0/12 nodes are available: 3 Insufficient cpu, 9 node(s) were unschedulable.`, with what PostFilter adds. */
export function fitError(decision: Unplaced, framework: Framework, lists: ReasonLists): string {
  if (decision.allNodes === 0) return 'no nodes available to schedule pods';
  const added = decision.postFilter.reasons.join(', ');
  const tail = added === '' ? '' : ` ${added}`;
  if (decision.preFilter.code !== Code.Success) {
    return `0/${decision.allNodes} nodes are available: ${decision.preFilter.reasons.join(', ')}.${tail}`;
  }
  const { verdicts, examined, absent } = decision;
  const counts = countReasons(verdicts.reasons, examined.end, lists);
  if (absent > 0) {
    count(counts, `node(s) didn't satisfy plugin(s) [${[...framework.restricting].sort().join(' ')}]`, absent);
  }
  return `${nodesMessage(decision.allNodes, counts)}${tail}`;
}

/** How often each reason occurs among the first `length` lists of reasons. */
export function countReasons(reasons: Int32Array, length: number, lists: ReasonLists): Map<string, number> {
  const byList = new Map<number, number>();
  // Neighbours are mostly rejected for the same reasons.
  for (let i = 0; i < length; ) {
    const list = reasons[i];
    const start = i;
    while (i < length && reasons[i] === list) i += 1;
    byList.set(list, (byList.get(list) ?? 0) + i - start);
  }
  const counts = new Map<string, number>();
  for (const [list, times] of byList) for (const reason of lists.get(list)) count(counts, reason, times);
  return counts;
}

export function count(counts: Map<string, number>, reason: string, times: number): void {
  counts.set(reason, (counts.get(reason) ?? 0) + times);
}

/** `0/12 nodes are available: ` and the reasons with their numbers, sorted as texts. */
export function nodesMessage(allNodes: number, counts: ReadonlyMap<string, number>): string {
  const texts = [...counts].map(([reason, times]) => `${times} ${reason}`);
  texts.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  return `0/${allNodes} nodes are available:${texts.length === 0 ? '' : ` ${texts.join(', ')}.`}`;
}
