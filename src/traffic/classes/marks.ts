// What of classes and keys a scenario uses: nobody else pays for it.
import type { BehaviorSpec } from '../../model/settings/traffic.ts';
import type { TrafficSettings } from '../settings.ts';

type Used = Pick<TrafficSettings, 'traffic' | 'behaviors'>;

/** Whether requests have classes or keys; caches go by keys. */
export function hasMarks({ traffic, behaviors }: Used): boolean {
  const ofSources = traffic.some(({ classes = [], keys }) => classes.length > 0 || keys !== undefined);
  return (
    ofSources ||
    behaviors.some(({ calls }) => calls.some(({ keys, cache }) => keys !== undefined || cache !== undefined))
  );
}

/** Whether requests of some class are more work, or less, than others. */
export function hasWork({ traffic }: Used): boolean {
  return traffic.some(({ classes = [] }) => classes.some(({ work }) => work !== 1));
}

/** Whether requests of some class, or their answers, are of another size than those of others. */
export function hasSizes({ traffic }: Used): boolean {
  return traffic.some(({ classes = [] }) => classes.some(({ size }) => size !== undefined));
}

/** Whether some of its calls are made for some classes only. */
export function selects({ calls }: BehaviorSpec): boolean {
  return calls.some(({ classes }) => classes !== undefined);
}
