// What several templates of analyses are together: the spec of one AnalysisRun.
import { mergedArguments } from './arguments.ts';
import type { AnalysisSpec, Argument, MetricRule } from './metric.ts';

/** What an analysis says beside the names of its templates. */
export interface AnalysisUse {
  readonly args?: readonly Argument[];
  readonly dryRun?: readonly MetricRule[];
  readonly measurementRetention?: readonly MetricRule[];
}

/** The spec of the run, or why there can be none, in Argo's words. */
export function runSpec(
  templates: readonly AnalysisSpec[],
  use: AnalysisUse,
): AnalysisSpec | { readonly problem: string } {
  const metrics = templates.flatMap((one) => one.metrics ?? []);
  const names = new Set<string>();
  for (const { name } of metrics) {
    if (names.has(name)) return { problem: `two metrics have the same name '${name}'` };
    names.add(name);
  }
  const declared = declaredArguments(templates);
  if ('problem' in declared) return declared;
  const args = mergedArguments(use.args ?? [], declared.args);
  if ('problem' in args) return args;
  const dryRun = [...(use.dryRun ?? []), ...templates.flatMap((one) => one.dryRun ?? [])];
  const kept = [...(use.measurementRetention ?? []), ...templates.flatMap((one) => one.measurementRetention ?? [])];
  return {
    metrics,
    ...(args.length === 0 ? {} : { args }),
    ...(dryRun.length === 0 ? {} : { dryRun }),
    ...(kept.length === 0 ? {} : { measurementRetention: kept }),
  };
}

function declaredArguments(
  templates: readonly AnalysisSpec[],
): { readonly args: readonly Argument[] } | { readonly problem: string } {
  const args = new Map<string, Argument>();
  for (const one of templates.flatMap((template) => template.args ?? [])) {
    const known = args.get(one.name);
    if (known?.value !== undefined && one.value !== undefined && known.value !== one.value) {
      const values = `'${known.value}', '${one.value}'`;
      return { problem: `Argument \`${one.name}\` specified multiple times with different values: ${values}` };
    }
    if (known?.value === undefined) args.set(one.name, one);
  }
  return { args: [...args.values()] };
}
