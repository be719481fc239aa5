// What `wavetank explain --workload` prints: the numbers, what keeps it from them, and the last events.
import type { createColors } from 'picocolors';
import { counted } from '../../lib/plural.ts';
import { showDuration } from '../../world/expectations.ts';
import type { WorkloadExplanation } from '../../world/explain/workload.ts';
import type { WorkloadSample } from '../../world/workloads/workload.ts';
import { twoColumns, wrap } from '../lines.ts';

type Colors = ReturnType<typeof createColors>;

/** Conditions for which False is the good news. */
const BAD_WHEN_TRUE = new Set([
  'ReplicaFailure',
  'ScalingLimited',
  'Failed',
  'FailureTarget',
  'Suspended',
  'MemoryPressure',
  'DiskPressure',
  'PIDPressure',
  'NetworkUnavailable',
  'SchedulingDisabled',
]);
/** Parts that are printed; the others are counted. */
const MOST_PARTS = 8;

/** `width` in columns. */
export function workloadText(explanation: WorkloadExplanation, width: number, colors: Colors): string {
  const parts = [
    headline(explanation, width, colors),
    conditionsText(explanation, width, colors),
    factsText(explanation, width, colors),
    section('Its objects:', partRows(explanation), width, colors),
    section(
      'What keeps its pods from being ready:',
      explanation.troubles.map(({ why, pods, example, node }) => {
        const one = node === '' ? example : `${example} on ${node}`;
        return { cells: [pods === 1 ? one : `${pods} pods, such as ${one}`], text: why };
      }),
      width,
      colors,
    ),
    section(
      'What other objects say:',
      explanation.inTheWay.map(({ object, says }) => ({ cells: [object], text: says })),
      width,
      colors,
    ),
    eventsText(explanation, width, colors),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function headline(
  { workload, atUs, numbers, pods, troubles }: WorkloadExplanation,
  width: number,
  { bold }: Colors,
): string {
  const unready = troubles.reduce((sum, trouble) => sum + trouble.pods, 0);
  const said = numbers === undefined ? '' : `: ${numbersText(numbers)}`;
  const lines = [`${bold(workload)} at ${showDuration(atUs)}${said}`];
  if (pods > 0)
    lines.push(`${pods} pod${pods === 1 ? '' : 's'}, ${unready === 0 ? 'none' : unready} of them in trouble`);
  return lines.map((line) => wrap(line, width)).join('\n');
}

/** `3 wanted, 2 there, 1 ready`. */
function numbersText({ desired, current, ready, updated, available }: WorkloadSample): string {
  const named = [
    [desired, 'wanted'],
    [current, 'there'],
    [ready, 'ready'],
    [updated, 'up to date'],
    [available, 'available'],
  ] as const;
  return named.flatMap(([count, word]) => (count === null ? [] : [`${count} ${word}`])).join(', ');
}

function conditionsText({ conditions }: WorkloadExplanation, width: number, colors: Colors): string {
  const rows = conditions.map(({ type, status, reason, message }) => {
    const bad = (status === 'True') === BAD_WHEN_TRUE.has(type);
    const text = [status, reason, message].filter((part) => part !== '').join(', ');
    return { cells: [type], text: bad ? colors.red(text) : text };
  });
  return section('Its conditions:', rows, width, colors);
}

function factsText({ facts, workload }: WorkloadExplanation, width: number, { bold }: Colors): string {
  if (facts.length === 0) return '';
  const lines = facts.flatMap((fact) => wrap(fact, width - 2).split('\n'));
  const title = workload.startsWith('Node/') ? 'What the node autoscaler makes of it:' : 'What its numbers come to:';
  return [bold(title), ...lines.map((line) => `  ${line}`)].join('\n');
}

function partRows({ parts }: WorkloadExplanation): { readonly cells: readonly string[]; readonly text: string }[] {
  const rows = parts.slice(-MOST_PARTS).map(({ object, numbers }) => ({
    cells: [object],
    text: numbers === undefined ? '' : numbersText(numbers),
  }));
  const more = parts.length - rows.length;
  return more === 0 ? rows : [{ cells: [`${more} more`], text: '' }, ...rows];
}

function eventsText({ events, workload }: WorkloadExplanation, width: number, colors: Colors): string {
  const rows = events.map(({ timeUs, type, reason, object, objects, message, count }) => {
    const times = count === objects ? '' : ` (${count} times)`;
    const others = objects === 1 ? '' : ` and ${counted(objects - 1, 'other')}`;
    const who = object === workload || object === '' ? '' : `${object}${others}: `;
    const text = `${reason} ${who}${message}${times}`;
    return { cells: [showDuration(timeUs)], text: type === 'Warning' ? colors.yellow(text) : text };
  });
  return section('Its last events:', rows, width, colors);
}

function section(
  title: string,
  rows: readonly { readonly cells: readonly string[]; readonly text: string }[],
  width: number,
  { bold }: Colors,
): string {
  return rows.length === 0 ? '' : `${bold(title)}\n${twoColumns(rows, width)}`;
}
