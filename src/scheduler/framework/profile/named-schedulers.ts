// Schedulers by name: profiles in which one plugin decides.
import type { Plugin } from '../interface.ts';
import type { FamilyUse } from '../../../model/settings/family-use.ts';
import type { PluginSet, Profile } from '../../../model/settings/scheduler.ts';

/** The name of the default profile; any other one is a plugin's. */
const DEFAULT_POLICY = 'default';

/** A profile with the plugins of a policy instead of its own. Its arguments stay, but for those that the policy has itself. */
export function underPolicy(profile: Profile, { name, args }: FamilyUse, create: CreatePlugin): Profile {
  const { plugins: _plugins, pluginConfig = [], ...kept } = profile;
  if (name === DEFAULT_POLICY) return { ...kept, pluginConfig };
  const own = hasFields(args) ? args : (pluginConfig.find((one) => one.name === name)?.args ?? {});
  const config = [...pluginConfig.filter((one) => one.name !== name), { name, args: own }];
  return { ...kept, ...inCharge(name, create(name, own)), pluginConfig: config };
}

type CreatePlugin = (name: string, args: unknown) => Plugin;

/**
 * The default plugins with one more at every point that it extends. Where it scores its score is the only one, and all feasible nodes are scored,
 * so that the best is the best of all; where it orders pods its order is the one.
 */
function inCharge(name: string, plugin: Plugin): Pick<Profile, 'percentageOfNodesToScore' | 'plugins'> {
  const alone: PluginSet = { disabled: [{ name: '*' }], enabled: [{ name }] };
  return {
    ...(plugin.score === undefined ? {} : { percentageOfNodesToScore: 100 }),
    plugins: {
      multiPoint: { enabled: [{ name }] },
      ...(plugin.score === undefined ? {} : { score: alone }),
      ...(plugin.less === undefined ? {} : { queueSort: alone }),
    },
  };
}

function hasFields(args: unknown): boolean {
  return typeof args === 'object' && args !== null && Object.keys(args).length > 0;
}
