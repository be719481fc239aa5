// How pods are printed: phase, reasons of containers and restarts in one row (printPod).
import type { ContainerStatus, Pod } from 'kubernetes-types/core/v1.js';
import type { Printers } from './printer.ts';
import { containerCells, formatLabels, NONE, secondsOf, since } from './texts.ts';

interface Tally {
  readonly reason: string;
  readonly ready: number;
  readonly restarts: number;
  /** Seconds since 1970; undefined where none has restarted. */
  readonly lastRestart: string | undefined;
}

export const podPrinters: Printers = {
  Pod: (pod: Pod, nowUs) => {
    const { metadata = {}, spec, status = {} } = pod;
    const { reason, ready, restarts, lastRestart } = tally(pod);
    const inits = (spec?.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === 'Always').length;
    const total = (spec?.containers.length ?? 0) + inits;
    const gates = spec?.readinessGates ?? [];
    const open = gates.filter(({ conditionType }) =>
      status.conditions?.some(({ type, status: is }) => type === conditionType && is === 'True'),
    );
    return [
      metadata.name ?? '',
      `${ready}/${total}`,
      shownReason(pod, reason),
      restarts === 0 || lastRestart === undefined ? String(restarts) : `${restarts} (${since(lastRestart, nowUs)} ago)`,
      since(metadata.creationTimestamp, nowUs),
      status.podIPs?.[0]?.ip ?? NONE,
      spec?.nodeName ?? NONE,
      status.nominatedNodeName ?? NONE,
      gates.length === 0 ? NONE : `${open.length}/${gates.length}`,
    ];
  },
  PodTemplate: ({ metadata, template }: { readonly metadata: { readonly name: string }; readonly template?: Pod }) => [
    metadata.name,
    ...containerCells(template?.spec?.containers),
    formatLabels(template?.metadata?.labels),
  ],
};

/** The condition of a row whose pod has ended. */
export function ended({ status }: Pod): object | undefined {
  if (status?.phase === 'Succeeded') return completed('Succeeded', 'The pod has completed successfully.');
  return status?.phase === 'Failed' ? completed('Failed', 'The pod failed.') : undefined;
}

function completed(reason: string, message: string): object {
  return { type: 'Completed', status: 'True', reason, message };
}

function shownReason({ metadata, status }: Pod, reason: string): string {
  if (metadata?.deletionTimestamp === undefined) return reason;
  if (status?.reason === 'NodeLost') return 'Unknown';
  return status?.phase === 'Succeeded' || status?.phase === 'Failed' ? reason : 'Terminating';
}

function tally(pod: Pod): Tally {
  const { status = {} } = pod;
  const gated = status.conditions?.some(({ type, reason }) => type === 'PodScheduled' && reason === 'SchedulingGated');
  const phase = gated === true ? 'SchedulingGated' : (status.reason ?? status.phase ?? '');
  const inits = initTally(pod, phase);
  const initialized = status.conditions?.some(({ type, status: is }) => type === 'Initialized' && is === 'True');
  return inits.initializing && initialized !== true ? inits : mainTally(pod, inits);
}

interface InitTally extends Tally {
  readonly initializing: boolean;
  readonly sidecarRestarts: number;
  readonly lastSidecarRestart: string | undefined;
}

function initTally({ spec, status }: Pod, phase: string): InitTally {
  const sidecars = new Set(
    (spec?.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === 'Always').map(({ name }) => name),
  );
  let [reason, ready, restarts, sidecarRestarts, initializing] = [phase, 0, 0, 0, false];
  let lastRestart: string | undefined;
  let lastSidecarRestart: string | undefined;
  for (const [index, container] of (status?.initContainerStatuses ?? []).entries()) {
    const isSidecar = sidecars.has(container.name);
    restarts += container.restartCount;
    lastRestart = later(lastRestart, container);
    if (isSidecar) {
      sidecarRestarts += container.restartCount;
      lastSidecarRestart = later(lastSidecarRestart, container);
    }
    const { terminated, waiting } = container.state ?? {};
    if (terminated?.exitCode === 0) continue;
    if (isSidecar && container.started === true) {
      if (container.ready) ready += 1;
      continue;
    }
    initializing = true;
    if (terminated !== undefined) reason = `Init:${endedReason(terminated)}`;
    else if ((waiting?.reason ?? '') !== '' && waiting?.reason !== 'PodInitializing')
      reason = `Init:${waiting?.reason}`;
    else reason = `Init:${index}/${spec?.initContainers?.length ?? 0}`;
    break;
  }
  return { reason, ready, restarts, lastRestart, initializing, sidecarRestarts, lastSidecarRestart };
}

function mainTally({ status = {} }: Pod, inits: InitTally): Tally {
  let { reason, ready } = inits;
  let [restarts, lastRestart] = [inits.sidecarRestarts, inits.lastSidecarRestart];
  let runs = false;
  let errorReason = '';
  for (const container of [...(status.containerStatuses ?? [])].reverse()) {
    restarts += container.restartCount;
    lastRestart = later(lastRestart, container);
    const { waiting, terminated, running } = container.state ?? {};
    if ((waiting?.reason ?? '') !== '') reason = waiting?.reason ?? '';
    else if (terminated !== undefined) {
      reason = endedReason(terminated);
      if (terminated.exitCode !== 0) errorReason = reason;
    } else if (container.ready && running !== undefined) {
      runs = true;
      ready += 1;
    }
  }
  if (reason === 'Completed') {
    const isReady = status.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True') === true;
    if (runs && isReady) reason = 'Running';
    else if (errorReason !== '') reason = errorReason;
    else if (runs) reason = 'NotReady';
  }
  return { reason, ready, restarts, lastRestart };
}

function endedReason({
  reason = '',
  signal = 0,
  exitCode,
}: {
  reason?: string;
  signal?: number;
  exitCode: number;
}): string {
  if (reason !== '') return reason;
  return signal === 0 ? `ExitCode:${exitCode}` : `Signal:${signal}`;
}

function later(last: string | undefined, { lastState }: ContainerStatus): string | undefined {
  const at = lastState?.terminated?.finishedAt;
  if (at === undefined) return last;
  return last === undefined || secondsOf(at) > secondsOf(last) ? at : last;
}
