// Decisions and sequences of kube-scheduler 1.36 against ours: verdicts, scores, totals, choices, messages.
import type { Node, Pod } from 'kubernetes-types/core/v1.js';
import { describe, test } from 'vitest';
import { Decision } from '../../src/scheduler/decision.ts';
import { schedulePod } from '../../src/scheduler/schedule-pod.ts';
import { fitError } from '../../src/scheduler/framework/fit-error.ts';
import { schedulerPlugins } from '../../src/scheduler/plugins/index.ts';
import type { Installed, ScoreObserver } from '../../src/scheduler/framework/installed.ts';
import { Code, codeNames } from '../../src/scheduler/framework/status.ts';
import { type Config, SchedulerCluster, type Surroundings } from '../support/scheduler-cluster.ts';
import { agree, difference, eachRecord } from './harness.ts';
import type { NodeRow, PodRow } from '../../src/model/rows.ts';

type Scores = Record<string, number>;

interface Verdict {
  readonly code: string;
  readonly plugin?: string;
  readonly reasons?: readonly string[];
}

interface Score {
  readonly weight: number;
  readonly raw: Scores;
  readonly normalized: Scores;
}

interface DecisionRecord extends Surroundings {
  readonly id: string;
  readonly config: Config | null;
  readonly features: readonly string[];
  readonly nodes: readonly Node[];
  readonly pods?: readonly Pod[];
  readonly pod: Pod;
  readonly result: {
    readonly preFilter?: Verdict;
    readonly preFilterNodes?: readonly string[];
    readonly skippedFilter?: readonly string[];
    readonly snapshotOrder: readonly string[];
    readonly nodes?: Record<string, Verdict>;
    readonly feasibleOrder?: readonly string[];
    readonly feasibleOrderArbitrary?: boolean;
    readonly scores?: Record<string, Score>;
    readonly skippedScore?: readonly string[];
    readonly totals?: Scores;
    readonly selected?: string | null;
    readonly message?: string;
  };
}

interface SequenceRecord extends Surroundings {
  readonly id: string;
  readonly config: Config | null;
  readonly nodes: readonly Node[];
  readonly initialNodes: number;
  readonly templates: readonly Pod[];
  readonly ops: readonly (readonly [string, number])[];
  readonly results: readonly {
    readonly node?: string;
    readonly msg?: string;
    readonly f: number;
    readonly e: number;
    readonly score?: number;
    readonly s: number;
  }[];
}

const ours = new Set(schedulerPlugins.members.map((one) => one.name));
const simulated = (names: readonly string[] | undefined): string[] => (names ?? []).filter((name) => ours.has(name));

class Recorder implements ScoreObserver {
  readonly scores: Record<string, { weight: number; raw: Scores; normalized: Scores }> = {};
  readonly #names: () => readonly string[];

  constructor(names: () => readonly string[]) {
    this.#names = names;
  }

  raw({ name, weight }: Installed, scores: Float64Array): void {
    this.scores[name] = { weight, raw: this.#byName(scores), normalized: {} };
  }

  normalized({ name }: Installed, scores: Float64Array): void {
    this.scores[name].normalized = this.#byName(scores);
  }

  #byName(scores: Float64Array): Scores {
    return Object.fromEntries(this.#names().map((name, position) => [name, scores[position]]));
  }
}

function decide(record: DecisionRecord): string | undefined {
  const cluster = new SchedulerCluster(record);
  const { state, cache, reasons } = cluster;
  for (const node of record.nodes) cluster.setNode(node);
  for (const pod of record.pods ?? []) cluster.addRunning(pod);
  const pod = cluster.addPod(record.pod);
  const framework = cluster.framework(record.config);
  const decision = new Decision(cache, 'heap', cluster.handle.random);
  const names = (rows: Int32Array, count: number): string[] =>
    Array.from(rows.subarray(0, count), (row) => state.nodeName(row as NodeRow));
  const feasibleNames = (): string[] => names(decision.feasible.rows, decision.feasible.end);
  const recorder = new Recorder(feasibleNames);
  schedulePod(decision, framework, pod, recorder);

  const { result } = record;
  const passed = decision.preFilter.code === Code.Success;
  const scored = decision.scored > 0;
  const nodes: Record<string, Verdict> = {};
  for (let i = 0; i < decision.examined.end; i += 1) {
    const { verdicts } = decision;
    const code = codeNames[verdicts.codes[i]];
    nodes[state.nodeName(decision.examined.rows[i])] =
      verdicts.codes[i] === Code.Success
        ? { code }
        : {
            code,
            plugin: framework.installed[verdicts.plugins[i]].name,
            reasons: sortExtended(reasons.get(verdicts.reasons[i])),
          };
  }
  const skippedFilter = passed
    ? framework.preFilter
        .filter((one) => framework.skipsFilter[one.number] === 1 && one.plugin.filter !== undefined)
        .map((one) => one.name)
        .sort()
    : undefined;
  const feasible = feasibleNames();
  if (result.feasibleOrderArbitrary === true) feasible.sort();
  const preFilterPlugin = framework.installed[decision.preFilterPlugin]?.name;
  return difference(
    {
      preFilter: result.preFilter,
      preFilterNodes: result.preFilterNodes,
      skippedFilter: result.preFilter === undefined ? simulated(result.skippedFilter) : undefined,
      snapshotOrder: result.snapshotOrder,
      nodes: result.nodes ?? {},
      feasibleOrder: result.feasibleOrder ?? [],
      scores: Object.fromEntries(Object.entries(result.scores ?? {}).filter(([name]) => ours.has(name))),
      skippedScore: result.totals === undefined ? undefined : simulated(result.skippedScore),
      totals: result.totals,
      selected: result.selected ?? null,
      message: result.message,
    },
    {
      preFilter: passed
        ? undefined
        : {
            code: codeNames[decision.preFilter.code],
            ...(preFilterPlugin === undefined ? {} : { plugin: preFilterPlugin }),
            reasons: decision.preFilter.reasons,
          },
      preFilterNodes:
        passed && framework.restriction !== undefined
          ? framework.restriction.map((row) => state.nodeName(row)).sort()
          : undefined,
      skippedFilter,
      snapshotOrder: names(cache.order.list, cache.order.list.length),
      nodes,
      feasibleOrder: feasible,
      scores: recorder.scores,
      skippedScore: scored
        ? framework.preScore
            .filter((one) => framework.skipsScore[one.number] === 1)
            .map((one) => one.name)
            .sort()
        : undefined,
      totals: scored
        ? Object.fromEntries(feasibleNames().map((name, position) => [name, decision.totals[position]]))
        : undefined,
      selected: decision.node < 0 ? null : state.nodeName(decision.node),
      message: decision.node < 0 ? fitError(decision, framework, reasons) : undefined,
    },
  );
}

/** The records sort reasons of extended resources by name, after those of plain ones. */
function sortExtended(reasons: readonly string[]): string[] {
  const plain = reasons.filter((reason) => !reason.startsWith('Insufficient ') || PLAIN.has(reason));
  const extended = reasons.filter((reason) => !plain.includes(reason));
  return [...plain, ...extended.sort()];
}
const PLAIN = new Set(['Insufficient cpu', 'Insufficient memory', 'Insufficient ephemeral-storage']);

function play(record: SequenceRecord): string | undefined {
  const cluster = new SchedulerCluster(record);
  const { state, cache, reasons } = cluster;
  for (const node of record.nodes.slice(0, record.initialNodes)) cluster.setNode(node);
  const framework = cluster.framework(record.config);
  const decision = new Decision(cache, 'heap', cluster.handle.random);
  const rows: number[] = [];
  for (const [op, index] of record.ops) {
    if (op === 'addNode') cluster.setNode(record.nodes[index]);
    if (op === 'removeNode') {
      const node = state.findNode(record.nodes[index].metadata?.name ?? '');
      for (const row of rows)
        if (cache.nodeOf(row as PodRow, state.pods.epoch[row]) === node) cache.remove(row as PodRow);
      cache.removeNode(node);
    }
    if (op === 'deletePod') {
      const row = rows[index] as PodRow;
      if (cache.nodeOf(row, state.pods.epoch[row]) >= 0) cache.remove(row);
    }
    if (op !== 'pod') continue;
    const ordinal = rows.length;
    const template = record.templates[index];
    const pod = cluster.addPod({ ...template, metadata: { ...template.metadata, name: `p${ordinal}` } });
    rows.push(pod.row);
    schedulePod(decision, framework, pod);
    const expected = record.results[ordinal];
    const message = decision.node < 0 ? fitError(decision, framework, reasons) : undefined;
    const differs = difference(
      { ...expected, msg: expected.msg },
      {
        node: decision.node < 0 ? undefined : state.nodeName(decision.node),
        msg: message,
        f: decision.node < 0 ? undefined : decision.found,
        e: decision.node < 0 ? undefined : decision.filtered,
        score: decision.scored > 0 ? decision.best : undefined,
        s: decision.nextStart,
      },
      `pod ${ordinal}`,
    );
    if (differs !== undefined) return differs;
    if (decision.node >= 0) cluster.place(pod, decision.node, false);
  }
  return undefined;
}

describe('the scheduler agrees with kube-scheduler 1.36', () => {
  test('decisions', () => {
    agree('scheduler/decisions', eachRecord<DecisionRecord>('scheduler/decisions.jsonl.gz'), decide);
  }, 300_000);

  test('sequences', () => {
    agree('scheduler/sequences', eachRecord<SequenceRecord>('scheduler/sequences.jsonl.gz'), play);
  });
});
