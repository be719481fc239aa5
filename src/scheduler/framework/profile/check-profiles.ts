// What kube-scheduler refuses of its profiles once it knows what each plugin extends (framework/runtime, profile.NewMap).
import type { Flaw } from '../../../lib/explain.ts';
import { defaultMultiPoint } from './default-profile.ts';
import type { Profile } from '../../../model/settings/scheduler.ts';
import { type ExtensionPoint, extensionPoints, mergePluginSet, pluginsAt } from './profile.ts';

/** The extension points of a plugin with these arguments; undefined when it cannot be known. */
export type PointsOf = (name: string, args: unknown) => readonly ExtensionPoint[] | undefined;

/** What is wrong with the profiles, with paths from the list of profiles on. */
export function checkProfiles(profiles: readonly Profile[], pointsOf: PointsOf): Flaw[] {
  const flaws = profiles.flatMap((profile, index) => checkProfile(profile, index, pointsOf));
  if (flaws.length > 0) return flaws;
  const [first, ...others] = profiles.map((profile) => queueSort(profile, pointsOf));
  for (const [index, sort] of others.entries()) {
    if (sort === first) continue;
    const message = `the queue is sorted in one way for all profiles: ${sort} here, ${first} in profiles[0]`;
    flaws.push({ path: placeOf(profiles[index + 1], index + 1, 'queueSort'), message, atKey: false });
  }
  return flaws;
}

function checkProfile(profile: Profile, index: number, pointsOf: PointsOf): Flaw[] {
  const flaws: Flaw[] = [];
  for (const [point, set] of Object.entries(profile.plugins ?? {})) {
    for (const [place, { name }] of (set?.enabled ?? []).entries()) {
      const path = [index, 'plugins', point, 'enabled', place, 'name'];
      if (set?.enabled?.findIndex((one) => one.name === name) !== place) {
        flaws.push({ path, message: `${name} is enabled twice at ${point}`, atKey: false });
        continue;
      }
      const points = pointsOf(name, argsOf(profile, name));
      if (point === 'multiPoint' || points === undefined || points.includes(point as ExtensionPoint)) continue;
      const message = `${name} does not extend ${point}, it extends ${points.join(', ') || 'nothing'}`;
      flaws.push({ path, message, atKey: false });
    }
  }
  if (flaws.length > 0) return flaws;
  const sorts = namesAt(profile, 'queueSort', pointsOf);
  if (sorts.length !== 1) {
    const got = sorts.length === 0 ? 'there is none' : `there are ${sorts.join(' and ')}`;
    const hint = sorts.length > 1 && sorts.includes('PrioritySort') ? ' (disable PrioritySort at queueSort)' : '';
    const path = placeOf(profile, index, 'queueSort');
    flaws.push({ path, message: `exactly one queue sort plugin is required, ${got}${hint}`, atKey: false });
  }
  if (namesAt(profile, 'bind', pointsOf).length === 0) {
    const message = 'at least one bind plugin is required, there is none (enable DefaultBinder)';
    flaws.push({ path: placeOf(profile, index, 'bind'), message, atKey: false });
  }
  return flaws;
}

function argsOf(profile: Profile, name: string): unknown {
  return profile.pluginConfig?.find((one) => one.name === name)?.args;
}

/** The plugins of a profile that run at a point. */
function namesAt(profile: Profile, point: ExtensionPoint, pointsOf: PointsOf): string[] {
  const multiPoint = mergePluginSet({ enabled: defaultMultiPoint }, profile.plugins?.multiPoint);
  const takesPart = (name: string): boolean => pointsOf(name, argsOf(profile, name))?.includes(point) === true;
  return pluginsAt(profile.plugins?.[point], multiPoint, takesPart).map(({ name }) => name);
}

/** The queue sort with its arguments. */
function queueSort(profile: Profile, pointsOf: PointsOf): string {
  const [name] = namesAt(profile, 'queueSort', pointsOf);
  const args = JSON.stringify(argsOf(profile, name) ?? {});
  return args === '{}' ? name : `${name} ${args}`;
}

/** Where a profile says what runs at a point: there, or for all points, or nowhere. */
function placeOf(profile: Profile, index: number, point: ExtensionPoint): (string | number)[] {
  if (profile.plugins?.[point] !== undefined) return [index, 'plugins', point];
  return profile.plugins?.multiPoint === undefined ? [index] : [index, 'plugins', 'multiPoint'];
}

/** The points that a working plugin extends, by its methods. */
export function pointsOfPlugin(plugin: object): ExtensionPoint[] {
  return (Object.keys(extensionPoints) as ExtensionPoint[]).filter(
    (point) => (plugin as Readonly<Record<string, unknown>>)[extensionPoints[point]] !== undefined,
  );
}
