// What autoscalers and leaders did, in sentences.
import { counted } from '../../lib/plural.ts';
import type { Occurrence } from '../occurrences.ts';
import type { Statement } from './effects.ts';

/** So many sizes are listed; of more the first, the largest and the last. */
const MOST_SIZES = 8;
const MOST_LEADERS = 8;

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
