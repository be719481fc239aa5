// Profiles: which plugins run at which extension point, in which order and with which weight, as a KubeSchedulerConfiguration says it.
import type { PluginSet, PluginUse } from '../../../model/settings/scheduler.ts';
import type { Plugin } from '../interface.ts';

/** Extension points under the names of the configuration, with the method by which a plugin takes part. */
export const extensionPoints = {
  preEnqueue: 'preEnqueue',
  queueSort: 'less',
  preFilter: 'preFilter',
  filter: 'filter',
  postFilter: 'postFilter',
  preScore: 'preScore',
  score: 'score',
  reserve: 'reserve',
  permit: 'permit',
  preBind: 'preBind',
  bind: 'bind',
  postBind: 'postBind',
} as const satisfies Readonly<Record<string, keyof Plugin>>;

export type ExtensionPoint = keyof typeof extensionPoints;

/** The default plugin sets with a profile's changes (kube-scheduler mergePlugins): a redefined plugin keeps its place. */
export function mergePluginSet(base: PluginSet, custom: PluginSet | undefined): PluginSet {
  const disabled = [...(custom?.disabled ?? []), ...(base.disabled ?? [])];
  const off = new Set(disabled.map((one) => one.name));
  const replaced = new Set<string>();
  const enabled: PluginUse[] = [];
  if (!off.has('*')) {
    for (const use of base.enabled ?? []) {
      if (off.has(use.name)) continue;
      const again = custom?.enabled?.find((one) => one.name === use.name);
      if (again !== undefined) replaced.add(use.name);
      enabled.push(again ?? use);
    }
  }
  for (const use of custom?.enabled ?? []) if (!replaced.has(use.name)) enabled.push(use);
  return { enabled, disabled };
}

/**
 * The plugins of one extension point in order (kube-scheduler expandMultiPointPlugins): those of multiPoint that the point
 * names as well, in the point's order; the others of multiPoint; the others of the point.
 */
export function pluginsAt(
  own: PluginSet | undefined,
  multiPoint: PluginSet,
  takesPart: (name: string) => boolean,
): PluginUse[] {
  const specific = own?.enabled ?? [];
  const off = new Set((own?.disabled ?? []).map((one) => one.name));
  if (off.has('*')) return [...specific];
  const everywhere = (multiPoint.enabled ?? []).filter((use) => takesPart(use.name) && !off.has(use.name));
  const isSpecific = (name: string): boolean => specific.some((use) => use.name === name);
  const isEverywhere = (name: string): boolean => everywhere.some((use) => use.name === name);
  return [
    ...specific.filter((use) => isEverywhere(use.name)),
    ...everywhere.filter((use) => !isSpecific(use.name)),
    ...specific.filter((use) => !isEverywhere(use.name)),
  ];
}
