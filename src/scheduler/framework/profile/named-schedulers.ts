// Schedulers by a plain name: the profile in which one plugin decides.
import type { Plugin } from '../interface.ts';
import type { PluginSet, Profile } from '../../../model/settings/scheduler.ts';

/** The name of the default profile; any other one is a plugin's. */
export const DEFAULT_POLICY = 'default';

/**
 * The default profile with a plugin at every point that it extends. Where it scores its score is the only one, and all feasible nodes are scored, so
 * that the best is the best of all; where it orders pods its order is the one.
 */
export function namedScheduler(name: string, plugin: Plugin): Profile {
  const alone: PluginSet = { disabled: [{ name: '*' }], enabled: [{ name }] };
  return {
    schedulerName: 'default-scheduler',
    ...(plugin.score === undefined ? {} : { percentageOfNodesToScore: 100 }),
    plugins: {
      multiPoint: { enabled: [{ name }] },
      ...(plugin.score === undefined ? {} : { score: alone }),
      ...(plugin.less === undefined ? {} : { queueSort: alone }),
    },
  };
}
