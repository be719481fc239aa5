// When `wavetank chaos` strikes: at times, evenly, during rollouts and peaks.
import { parseDurationUs } from '../../lib/units.ts';

/** `rollouts` and `peaks` are known only once a run without a fault has shown them. */
export type MomentWish =
  | { readonly type: 'at'; readonly atUs: number }
  | { readonly type: 'rollouts' }
  | { readonly type: 'peaks' };

const MOST_EVENLY = 1000;

/** The wishes of one word, or what is wrong with it. Evenly is between warm-up and end, in whole seconds where these are far enough apart. */
export function wishesOf(word: string, warmupUs: number, durationUs: number): readonly MomentWish[] | string {
  if (word === 'rollouts' || word === 'peaks') return [{ type: word }];
  const evenly = /^evenly:(\d+)$/.exec(word)?.[1];
  if (evenly !== undefined) {
    const count = Number(evenly);
    if (count < 1 || count > MOST_EVENLY) return `expected 1 to ${MOST_EVENLY} moments, got ${evenly}`;
    const apart = (durationUs - warmupUs) / (count + 1);
    const grain = apart >= 2e6 ? 1e6 : 1;
    return Array.from({ length: count }, (_, index) => ({
      type: 'at',
      atUs: Math.round((warmupUs + apart * (index + 1)) / grain) * grain,
    }));
  }
  const atUs = parseDurationUs(word);
  if (atUs === undefined) {
    return `expected a time such as "3m", "evenly:4", "rollouts" or "peaks", got ${JSON.stringify(word)}`;
  }
  if (atUs >= durationUs) return `${word} is not before the end of the run`;
  return [{ type: 'at', atUs }];
}
