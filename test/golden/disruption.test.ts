// The disruption controller's status of PodDisruptionBudgets against ours.
import { test } from 'vitest';
import { type BudgetedPod, budgetStatus } from '../../src/controllers/disruption/disruption-status.ts';
import { agree, difference, eachRecord } from './harness.ts';
import type { ObjectRow } from '../../src/model/rows.ts';

const FILE = 'disruption/pdb_status.jsonl.gz';
const NOW_US = 1e12;

interface BudgetRecord {
  readonly id: number;
  readonly in: {
    readonly minAvailable?: string;
    readonly maxUnavailable?: string;
    readonly controllers: readonly { readonly name: string; readonly replicas: number }[];
    readonly pods: readonly { readonly name: string; readonly controller?: string; readonly state: string }[];
    readonly disruptedPodsAgo?: Readonly<Record<string, number>>;
  };
  readonly out: object;
}

/** `5` is a number, `50%` a text. */
function amount(text: string | undefined): number | string | undefined {
  return text === undefined || text.endsWith('%') ? text : Number(text);
}

function judge({ id, in: given, out }: BudgetRecord): string | undefined {
  const indexOf = (name: string): number => given.controllers.findIndex((one) => one.name === name);
  const pods = given.pods.map(({ name, controller, state }): BudgetedPod => {
    return {
      name,
      controller: (controller === undefined ? undefined : indexOf(controller)) as ObjectRow,
      ready: state === 'ready' || state === 'terminating',
      terminating: state === 'terminating',
    };
  });
  const minAvailable = amount(given.minAvailable);
  const maxUnavailable = amount(given.maxUnavailable);
  const spec = {
    ...(minAvailable === undefined ? {} : { minAvailable }),
    ...(maxUnavailable === undefined ? {} : { maxUnavailable }),
  };
  const ago = Object.entries(given.disruptedPodsAgo ?? {});
  const disrupted = new Map(ago.map(([name, seconds]) => [name, NOW_US - seconds * 1e6]));
  const found = budgetStatus(spec, pods, (index) => given.controllers[index]?.replicas, disrupted, NOW_US);
  if ('error' in found) return `${id}: ${found.error}`;
  const { unmanaged: _, recheckAtUs: _at, disruptedPods, ...counts } = found;
  const allowed = counts.disruptionsAllowed > 0;
  const conditions = [`DisruptionAllowed=${allowed ? 'True/SufficientPods' : 'False/InsufficientPods'}`];
  return difference(out, { ...counts, conditions, disruptedPods: [...disruptedPods.keys()].sort() }, String(id));
}

test('budgets agree with kube-controller-manager 1.36', () => {
  agree('disruption/pdb_status', eachRecord<BudgetRecord>(FILE), judge);
});
