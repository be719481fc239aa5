// Hot dialect: the decision about one pod: filters and extenders, scores, the choice (schedulePod of schedule_one.go).
import type { Decision } from './decision.ts';
import { findNodesThatPassFilters, lookUpNode, nominatedNodePasses } from './find-nodes.ts';
import type { ScoreObserver } from './framework/installed.ts';
import type { PodInfo } from './framework/pod-info.ts';
import type { Framework } from './framework/runtime/framework.ts';
import { Code, rejects } from './framework/status.ts';

/** Finds the pod's node: PreFilter, Filter, Score, the choice. The result is in `decision`. For an observer nothing that is remembered is used. */
export function schedulePod(decision: Decision, framework: Framework, pod: PodInfo, observer?: ScoreObserver): void {
  const { cache } = decision;
  decision.begin(framework);
  if (cache.nodes === 0) return;
  cache.images.refresh();
  const { status, plugin } = framework.runPreFilter(pod);
  if (status.code !== Code.Success) {
    decision.preFilter = status;
    decision.preFilterPlugin = plugin;
    if (plugin >= 0) decision.rejectedBy = rejects(status.code) ? 1 << plugin : 0;
    else decision.rejectedBy = bitsOf(framework, framework.restricting);
    observer?.filtered?.(pod);
    if (rejects(status.code)) postFilter(decision, framework, pod);
    return;
  }
  const extenders = decision.extenders?.concern(pod) === true ? decision.extenders : undefined;
  if (extenders === undefined && decision.indexed && observer === undefined && lookUpNode(decision, framework, pod))
    return;
  if (decision.nominations.size === 0 || !nominatedNodePasses(decision, framework, pod)) {
    findNodesThatPassFilters(decision, framework, pod, observer !== undefined);
  }
  decision.filtered = decision.examined.end;
  const answered = extenders?.filter(decision, pod);
  if (answered !== undefined && answered.code !== Code.Success) {
    // An error: the pod is tried again after its back-off.
    decision.preFilter = answered;
    return;
  }
  const found = decision.feasible.end;
  decision.found = found;
  observer?.filtered?.(pod);
  if (found === 0) {
    decision.rejectedBy = rejections(decision, framework);
    postFilter(decision, framework, pod);
    return;
  }
  if (found === 1) {
    decision.node = decision.feasible.rows[0];
    return;
  }
  if (decision.totals.length < found) decision.totals = new Float64Array(Math.max(found, decision.totals.length * 2));
  framework.runScore(pod, decision.feasible, decision.totals, observer);
  decision.scored = found;
  const drawn = extenders?.prioritize(decision, pod) === true;
  const winner = decision.selectHost(drawn);
  decision.best = decision.totals[winner];
  decision.node = decision.feasible.rows[winner];
}

function postFilter(decision: Decision, framework: Framework, pod: PodInfo): void {
  if (framework.postFilter.length > 0) decision.postFilter = framework.runPostFilter(pod, decision);
}

/** Bits of the plugins that rejected a node. */
function rejections({ examined, verdicts }: Decision, framework: Framework): number {
  let bits = 0;
  for (let i = 0; i < examined.end; i += 1) bits |= 1 << verdicts.plugins[i];
  return bits | bitsOf(framework, framework.restricting);
}

function bitsOf(framework: Framework, names: readonly string[]): number {
  let bits = 0;
  for (const { name, number } of framework.installed) if (names.includes(name)) bits |= 1 << number;
  return bits;
}
