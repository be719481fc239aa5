// Schedulers by a plain name: what a profile looks like that decides by one plugin.
import type { Profile } from './profile.ts';

type Changes = Pick<Profile, 'percentageOfNodesToScore' | 'plugins'>;

/** The default profile; and plugins that do not score, which take the place of the order or come on top of the default plugins. */
const OTHERS: Readonly<Record<string, Changes>> = {
  default: {},
  DominantResourceFairness: {
    plugins: { queueSort: { disabled: [{ name: '*' }], enabled: [{ name: 'DominantResourceFairness' }] } },
  },
  EasyBackfilling: { plugins: { multiPoint: { enabled: [{ name: 'EasyBackfilling' }] } } },
};

/**
 * A profile of that name's scheduler: `default`, or the name of a plugin. Of a plugin that scores, the default filters and its score alone, on
 * all feasible nodes, so that the best one is the best of all.
 */
export function namedScheduler(name: string): Profile {
  const alone: Changes = {
    percentageOfNodesToScore: 100,
    plugins: { score: { disabled: [{ name: '*' }], enabled: [{ name }] } },
  };
  return { schedulerName: 'default-scheduler', ...(Object.hasOwn(OTHERS, name) ? OTHERS[name] : alone) };
}
