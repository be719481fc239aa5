// Preemption of kube-scheduler 1.36 against ours: dry runs, candidates, victims, the choice, messages.
import type { Node, Pod } from 'kubernetes-types/core/v1.js';
import { describe, test } from 'vitest';
import { Decision } from '../../src/scheduler/decision.ts';
import { schedulePod } from '../../src/scheduler/schedule-pod.ts';
import { fitError } from '../../src/scheduler/framework/fit-error.ts';
import { NO_PLUGIN, Preemption } from '../../src/scheduler/preemption/preemption.ts';
import { Code, codeNames } from '../../src/scheduler/framework/status.ts';
import type { Verdicts } from '../../src/scheduler/framework/verdicts.ts';
import { SchedulerCluster, type Surroundings } from '../support/scheduler-cluster.ts';
import { agree, difference, eachRecord } from './harness.ts';
import type { NodeRow, PodRow } from '../../src/model/rows.ts';

interface Verdict {
  readonly code: string;
  readonly plugin?: string;
  readonly reasons?: readonly string[];
}

interface Candidate {
  readonly victims: readonly string[];
  readonly pdbViolations: number;
}

interface PreemptionRecord extends Surroundings {
  readonly id: string;
  readonly nodes: readonly Node[];
  readonly pods: readonly Pod[];
  readonly pod: Pod;
  readonly result: {
    readonly preFilter?: Verdict;
    readonly snapshotOrder: readonly string[];
    readonly nodes: Record<string, Verdict>;
    readonly potentialNodes?: readonly string[];
    readonly candidates?: Record<string, Candidate>;
    readonly dryRunFailed?: Record<string, Verdict>;
    readonly nominated: string | null;
    readonly victims?: readonly string[];
    readonly pdbViolations?: number;
    readonly postFilter: Verdict;
    readonly clearNominatedNodeName?: true;
    readonly message: string;
  };
}

/** A record without the field has nothing to list. */
function unlessEmpty<T>(byName: Record<string, T>): Record<string, T> | undefined {
  return Object.keys(byName).length === 0 ? undefined : byName;
}

function preempt(record: PreemptionRecord): string | undefined {
  const cluster = new SchedulerCluster(record);
  const { state, cache, reasons } = cluster;
  for (const node of record.nodes) cluster.setNode(node);
  for (const pod of record.pods) {
    if (pod.spec?.nodeName === undefined) cluster.nominate(cluster.addPod(pod), pod);
    else cluster.addRunning(pod);
  }
  const pod = cluster.addPod(record.pod);
  cluster.nominate(pod, record.pod);
  const framework = cluster.framework(null);
  const decision = new Decision(cache, 'heap', cluster.handle.random, cluster.nominations);
  schedulePod(decision, framework, pod);

  // What the plugin does in the decision, once more, to see how it came to its result.
  const preemption = new Preemption(
    { minCandidateNodesPercentage: 10, minCandidateNodesAbsolute: 100 },
    cluster.handle,
  );
  preemption.evaluate(pod, decision);
  const nodeName = (row: NodeRow): string => state.nodeName(row);
  const podName = (row: PodRow): string => {
    const { namespace } = state.classes.get(state.pods.podClass[row]);
    return `${namespace}/${state.podName(row)}`;
  };
  const said = (verdicts: Verdicts, i: number): Verdict => {
    const plugin = verdicts.plugins[i];
    return {
      code: codeNames[verdicts.codes[i]],
      ...(plugin === NO_PLUGIN ? {} : { plugin: framework.installed[plugin].name }),
      reasons: reasons.get(verdicts.reasons[i]),
    };
  };
  const nodes: Record<string, Verdict> = {};
  for (let i = 0; i < decision.examined.end; i += 1) {
    nodes[nodeName(decision.examined.rows[i])] = said(decision.verdicts, i);
  }
  const dryRunFailed: Record<string, Verdict> = {};
  for (let i = 0; i < preemption.tried.end; i += 1) {
    if (preemption.verdicts.codes[i] === Code.Success) continue;
    dryRunFailed[nodeName(preemption.tried.rows[i])] = said(preemption.verdicts, i);
  }
  const candidates: Record<string, Candidate> = {};
  for (const { node, victims, pdbViolations } of preemption.candidates) {
    candidates[nodeName(node)] = { victims: victims.map(podName), pdbViolations };
  }
  const { postFilter } = decision;
  const postFilterPlugin = framework.installed[postFilter.plugin]?.name;
  const potential = Array.from(preemption.potential.rows.subarray(0, preemption.potential.end), nodeName).sort();
  const { result } = record;
  return difference(
    {
      ...result,
      postFilter: { ...result.postFilter, reasons: result.postFilter.reasons ?? [] },
      potentialNodes: result.potentialNodes ?? [],
    },
    {
      preFilter: decision.preFilter.code === Code.Success ? undefined : codeNames[decision.preFilter.code],
      snapshotOrder: Array.from(cache.order.list, nodeName),
      nodes,
      potentialNodes: potential,
      candidates: unlessEmpty(candidates),
      dryRunFailed: unlessEmpty(dryRunFailed),
      nominated: postFilter.node === undefined || postFilter.node < 0 ? null : nodeName(postFilter.node),
      victims: postFilter.victims?.map((victim) => podName(victim.pod)),
      pdbViolations: preemption.best?.pdbViolations,
      postFilter: {
        code: codeNames[postFilter.code],
        ...(postFilterPlugin === undefined ? {} : { plugin: postFilterPlugin }),
        reasons: postFilter.reasons,
      },
      clearNominatedNodeName: postFilter.node === -1 ? true : undefined,
      message: fitError(decision, framework, reasons),
    },
    record.id,
  );
}

describe('the scheduler preempts as kube-scheduler 1.36 does', () => {
  test('preemptions', () => {
    agree('scheduler/preemption', eachRecord<PreemptionRecord>('scheduler/preemption.jsonl.gz'), preempt);
  });
});
