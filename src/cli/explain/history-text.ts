// What `wavetank explain --over-time` prints: a line for each outcome of the scheduler, and what nodes said that they had not said before.
import type { createColors } from 'picocolors';
import { showDuration } from '../../world/expectations.ts';
import type { ChangedVerdict, Phase, PodHistory } from '../../world/explain/pod-over-time.ts';
import { nodesText, twoColumns } from '../lines.ts';

type Colors = ReturnType<typeof createColors>;

/** Changes that are printed of each outcome; the others are counted. */
const MOST_CHANGES = 4;

export function historyText(history: PodHistory, width: number, { bold }: Colors): string {
  const { pod, createdUs, boundUs, node, deletedUs, phases, atUs } = history;
  const rows = [
    { cells: [showDuration(createdUs)], text: 'created' },
    ...phases.flatMap((phase) => [
      { cells: [when(phase)], text: outcome(phase) },
      ...changes(phase.changed).map((text) => ({ cells: [''], text })),
    ]),
    ...(boundUs === undefined ? [] : [{ cells: [showDuration(boundUs)], text: `bound to ${node ?? ''}` }]),
    ...(deletedUs === undefined ? [] : [{ cells: [showDuration(deletedUs)], text: 'deleted' }]),
  ];
  const end = deletedUs === undefined && boundUs === undefined ? ', and waits' : '';
  const head = `${bold(pod)} until ${showDuration(atUs)}: ${count(phases)}${end}.`;
  return `${head}\n\n${twoColumns(rows, width)}\n`;
}

function count(phases: readonly Phase[]): string {
  const attempts = phases.reduce((sum, phase) => sum + phase.attempts, 0);
  return attempts === 1 ? 'one attempt to schedule it' : `${attempts} attempts to schedule it`;
}

function when({ fromUs, untilUs, attempts }: Phase): string {
  return attempts === 1 ? showDuration(fromUs) : `${showDuration(fromUs)} to ${showDuration(untilUs)}`;
}

function outcome({ node, message, attempts }: Phase): string {
  const times = attempts === 1 ? '' : `${attempts} attempts: `;
  return node === undefined ? `${times}${message ?? 'no node'}` : `${times}placed on ${node}`;
}

/** Nodes with the same change together. */
function changes(changed: readonly ChangedVerdict[]): string[] {
  const groups = new Map<string, string[]>();
  for (const { node, before, after } of changed) {
    const key = `${before ?? 'not examined'} → ${after ?? 'not examined'}`;
    groups.set(key, [...(groups.get(key) ?? []), node]);
  }
  const lines = [...groups].map(([change, nodes]) => `since the attempt before, ${nodesText(nodes)}: ${change}`);
  const more = lines.length - MOST_CHANGES;
  return more <= 0 ? lines : [...lines.slice(0, MOST_CHANGES), `… and ${more} other changes`];
}
