// Why a pod was not scheduled, in kube-scheduler's words (framework.FitError).
import type { Decision } from './decision.ts';
import type { Framework } from './runtime.ts';
import { Code } from './status.ts';
import type { ReasonLists } from './verdicts.ts';

/** `0/12 nodes are available: 3 Insufficient cpu, 9 node(s) were unschedulable.`, with what PostFilter adds. */
export function fitError(decision: Decision, framework: Framework, lists: ReasonLists, postFilter = ''): string {
  if (decision.allNodes === 0) return 'no nodes available to schedule pods';
  const head = `0/${decision.allNodes} nodes are available:`;
  const tail = postFilter === '' ? '' : ` ${postFilter}`;
  if (decision.preFilter.code !== Code.Success) return `${head} ${decision.preFilter.reasons.join(', ')}.${tail}`;
  const counts = new Map<string, number>();
  const add = (reason: string, times: number): void => {
    counts.set(reason, (counts.get(reason) ?? 0) + times);
  };
  const { verdicts, examined } = decision;
  const byList = new Map<number, number>();
  for (let i = 0; i < examined.end; i += 1) {
    byList.set(verdicts.reasons[i], (byList.get(verdicts.reasons[i]) ?? 0) + 1);
  }
  for (const [list, times] of byList) for (const reason of lists.get(list)) add(reason, times);
  if (decision.absent > 0) {
    add(`node(s) didn't satisfy plugin(s) [${[...framework.restricting].sort().join(' ')}]`, decision.absent);
  }
  const texts = [...counts].map(([reason, times]) => `${times} ${reason}`);
  texts.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  return `${head} ${texts.join(', ')}.${tail}`;
}
