// What autoscalers, leaders and kubelets that evict did, in sentences.
import { counted } from '../../lib/plural.ts';
import { groupRows } from '../charts/chart.ts';
import type { Occurrence } from '../occurrences.ts';
import type { JobResults } from '../read.ts';
import type { Statement } from './effects.ts';

/** So many sizes are listed; of more the first, the largest and the last. */
const MOST_SIZES = 8;
const MOST_LEADERS = 8;

/** `The node was low on resource: memory. …` */
const SHORT_OF = /low on resource: ([\w-]+)/;

type Clock = (seconds: number) => string;

/** Of one autoscaler: its sizes, or how often it did what. */
export function autoscalerStatements(those: readonly Occurrence[], clock: Clock): Statement[] {
  const sizes = those.flatMap(({ message, from }) => {
    const size = /^New size: (\d+)/.exec(message)?.[1];
    return size === undefined ? [] : [{ size: Number(size), clock: clock(from) }];
  });
  if (sizes.length > 0) return [{ text: sizesText(sizes), charts: ['autoscalers'] }];
  const ups = those.filter(({ message }) => message.startsWith('Scale-up: ')).length;
  const downs = those.filter(({ message }) => message.startsWith('nodes removed')).length;
  const counts = [
    ...(ups > 0 ? [counted(ups, 'scale-up')] : []),
    ...(downs > 0 ? [`${counted(downs, 'node')} removed`] : []),
    ...(ups + downs === 0 ? [counted(those.length, 'change')] : []),
  ];
  return [{ text: `${counts.join(', ')} until ${clock(those[those.length - 1].from)}.`, charts: ['node-pools'] }];
}

function sizesText(sizes: readonly { readonly size: number; readonly clock: string }[]): string {
  const say = ({ size, clock }: { readonly size: number; readonly clock: string }): string => `${size} at ${clock}`;
  const heading = `${counted(sizes.length, 'change')} of size`;
  if (sizes.length <= MOST_SIZES) return `${heading}: ${sizes.map(say).join(', ')}.`;
  const largest = sizes.reduce((most, one) => (one.size > most.size ? one : most));
  return `${heading}: first ${say(sizes[0])}, at most ${say(largest)}, at last ${say(sizes[sizes.length - 1])}.`;
}

/** Who took a lease, or leads etcd; of many changes the first ones, and until when they went on. */
export function leaderStatements(those: readonly Occurrence[], clock: Clock): Statement[] {
  const told = those.slice(0, MOST_LEADERS).map(({ message, from }) => `${message} at ${clock(from)}.`);
  const rest = those.length - told.length;
  if (rest > 0) told.push(`${counted(rest, 'more change')} until ${clock(those[those.length - 1].from)}.`);
  return told.map((text) => ({ text, charts: ['timeline'] }));
}

/** Pods that their kubelets have evicted, by the resource that was short; nothing where none was. */
export function evictionStatements(job: JobResults, clock: Clock): Statement[] {
  const table = job.table('events.csv');
  const [source, reason, message] = ['source', 'reason', 'message'].map((column) => table.text(column));
  const time = table.numbers('time_seconds');
  const rows = [...reason.keys()].filter((row) => source[row] === 'kubelet' && reason[row] === 'Evicted');
  return [...groupRows(rows.map((row) => SHORT_OF.exec(message[row])?.[1] ?? ''))].map(([resource, own]) => {
    const times = own.map((at) => time[rows[at]]);
    const [first, last] = [Math.min(...times), Math.max(...times)];
    const when = first === last ? `at ${clock(first)}` : `between ${clock(first)} and ${clock(last)}`;
    const why = resource === '' ? '' : `: their nodes were short of ${resource}`;
    const were = own.length === 1 ? 'was' : 'were';
    return {
      text: `${counted(own.length, 'pod')} ${were} evicted by kubelets ${when}${why}.`,
      charts: ['node-pressure'],
    };
  });
}
