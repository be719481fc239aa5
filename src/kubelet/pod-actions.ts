// Which containers of a pod a sync stops and starts, by what the kubelet sees (kuberuntime's computePodActions).
import type { ContainerRow, PodRow } from '../model/rows.ts';
import type { ClusterState } from '../model/state.ts';
import { type PodRuntimes, Sandbox } from './pod-runtimes.ts';
import type { Prober } from './prober.ts';
import { isRestarted } from './restart-policy.ts';
import type { Run } from './run.ts';
import type { RuntimePlan } from './runtime-plan.ts';
import { inNewSandbox, NOTHING, type PodActions, type Stop } from './sync-actions.ts';

export function podActions(state: ClusterState, runtimes: PodRuntimes, probes: Prober, pod: PodRow): PodActions {
  const plan = runtimes.planOf(pod);
  const first = state.pods.firstContainer[pod];
  if (runtimes.seenSandbox[pod] !== Sandbox.Ready) {
    return hasRun(runtimes, plan, first) ? startOver(runtimes, plan, pod, first) : plan.first;
  }
  if (isAsWished(runtimes, probes, plan, first)) return NOTHING;
  const rowOf = (index: number): ContainerRow => (first + index) as ContainerRow;
  const stops: Stop[] = [];
  const starts: number[] = [];
  /** What ran in a sandbox that is gone is as if it had not been. */
  const runOf = (index: number): Run | undefined => {
    const run = runtimes.seen[rowOf(index)];
    return run?.sandbox === runtimes.sandboxAttempt[pod] ? run : undefined;
  };
  const begun = plan.containers.some((_, index) => index >= plan.inits && runOf(index) !== undefined);
  const initialized = initActions(runtimes, probes, plan, begun, rowOf, runOf, stops, starts);
  if (!initialized) {
    const failed = starts.length === 0 && stops.length === 0 && initFailed(runtimes, plan, rowOf, runOf);
    return failed ? { ...NOTHING, killPod: true } : { ...NOTHING, stops, starts };
  }
  let kept = 0;
  for (let index = plan.inits; index < plan.containers.length; index += 1) {
    const row = rowOf(index);
    const container = plan.containers[index];
    const seen = runtimes.seen[row];
    const run = seen?.isRemoved === true ? undefined : seen;
    if (run === undefined || runtimes.seenRunning[row] === 0) {
      if (run === undefined || isRestarted(container, run.exitCode)) starts.push(index);
      continue;
    }
    if (runtimes.isRedefined(row)) {
      // Whatever its restart policy.
      stops.push({
        row,
        message: `Container ${container.name} definition changed, will be restarted`,
        graceUs: undefined,
      });
      starts.push(index);
      continue;
    }
    if (runtimes.mustRestartToResize(row)) {
      stops.push({ row, message: `Container ${container.name} resize requires restart`, graceUs: undefined });
      starts.push(index);
      continue;
    }
    const probe = probes.failing(row);
    if (probe === '') {
      kept += 1;
      continue;
    }
    const again = container.restartPolicy !== 'Never' || container.restartRules.length > 0;
    stops.push({
      row,
      message: `Container ${container.name} failed ${probe} probe${again ? ', will be restarted' : ''}`,
      graceUs: container.probes[probe === 'liveness' ? 1 : 0].graceUs,
    });
    if (again) starts.push(index);
  }
  const nothingLeft = kept === 0 && starts.every((index) => index < plan.inits);
  return nothingLeft ? { ...NOTHING, killPod: true } : { ...NOTHING, stops, starts };
}

/** All containers run, and none must be killed: so it is nearly always. */
function isAsWished(runtimes: PodRuntimes, probes: Prober, plan: RuntimePlan, first: number): boolean {
  if (plan.inits > 0) return false;
  for (let row = first as ContainerRow; row < first + plan.containers.length; row = (row + 1) as ContainerRow) {
    if (
      runtimes.seenRunning[row] === 0 ||
      runtimes.isRedefined(row) ||
      runtimes.mustRestartToResize(row) ||
      probes.failing(row) !== ''
    )
      return false;
  }
  return true;
}

function hasRun(runtimes: PodRuntimes, plan: RuntimePlan, first: number): boolean {
  for (let row = first; row < first + plan.containers.length; row += 1)
    if (runtimes.seen[row]?.isRemoved === false) return true;
  return false;
}

/** There is no sandbox any more: another one is made, unless nothing would run in it. */
function startOver(runtimes: PodRuntimes, plan: RuntimePlan, pod: PodRow, first: number): PodActions {
  if (plan.restartPolicy === 'Never' && runtimes.sandboxAttempt[pod] > 0) return { ...NOTHING, killPod: true };
  const starts: number[] = [];
  for (let index = plan.inits; index < plan.containers.length; index += 1) {
    const run = runtimes.seen[first + index];
    const succeeded = run?.isRemoved === false && run.exitCode === 0 && runtimes.seenRunning[first + index] === 0;
    if (plan.containers[index].restartPolicy === 'OnFailure' && succeeded) continue;
    starts.push(index);
  }
  if (starts.length === 0) return { ...NOTHING, killPod: true };
  return inNewSandbox(plan.inits, starts);
}

/** What init containers and sidecars need; true when the regular containers may start. */
function initActions(
  runtimes: PodRuntimes,
  probes: Prober,
  plan: RuntimePlan,
  begun: boolean,
  rowOf: (index: number) => ContainerRow,
  runOf: (index: number) => Run | undefined,
  stops: Stop[],
  starts: number[],
): boolean {
  // Of those that have begun the last one says how far the pod has come.
  let last = -1;
  for (let index = 0; index < plan.inits; index += 1) if (runOf(index) !== undefined) last = index;
  if (last < 0) {
    if (plan.inits === 0) return true;
    starts.push(0);
    return false;
  }
  let mayGoOn = begun;
  for (let index = last; index >= 0; index -= 1) {
    const row = rowOf(index);
    const container = plan.containers[index];
    const run = runOf(index);
    if (run === undefined) continue;
    const running = runtimes.seenRunning[row] === 1;
    if (container.sidecar) {
      if (running) {
        const probe = probes.failing(row);
        if (probe !== '') {
          stops.push({
            row,
            message: `Init container ${container.name} failed ${probe} probe`,
            graceUs: container.probes[probe === 'liveness' ? 1 : 0].graceUs,
          });
          starts.push(index);
        } else if (runtimes.isRedefined(row)) {
          stops.push({ row, message: `Init container ${container.name} definition changed`, graceUs: undefined });
          starts.push(index);
        } else if (index === last && !begun && probes.isStarted(row)) {
          mayGoOn = nextInit(plan, index, starts);
        }
      } else starts.push(index);
    } else if (index === last && !begun) {
      if (running) continue;
      if (run.exitCode === 0) mayGoOn = nextInit(plan, index, starts);
      else if (isRestarted(container, run.exitCode)) starts.push(index);
    }
  }
  // In the order of the spec.
  starts.sort((a, b) => a - b);
  return mayGoOn;
}

function nextInit(plan: RuntimePlan, index: number, starts: number[]): boolean {
  if (index + 1 === plan.inits) return true;
  starts.push(index + 1);
  return false;
}

/** An ordinary init container has failed for good. */
function initFailed(
  runtimes: PodRuntimes,
  plan: RuntimePlan,
  rowOf: (index: number) => ContainerRow,
  runOf: (index: number) => Run | undefined,
): boolean {
  return plan.containers.some((container, index) => {
    const run = index < plan.inits && !container.sidecar ? runOf(index) : undefined;
    if (run === undefined || runtimes.seenRunning[rowOf(index)] === 1) return false;
    return run.exitCode !== 0 && !isRestarted(container, run.exitCode);
  });
}
