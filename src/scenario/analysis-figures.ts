// Figures of the whole simulation that analyses measure: they must be known, and have a value for a part of the run.
import { didYouMean } from '../lib/suggest.ts';
import { valueAt } from './document.ts';
import { type FigurePattern, partsOf } from './expect.ts';
import { objectId } from './objects.ts';
import type { Problems } from './problems.ts';
import type { ScenarioObject } from './scenario.ts';

const KINDS: ReadonlySet<string> = new Set(['AnalysisTemplate', 'ClusterAnalysisTemplate', 'AnalysisRun']);

export function checkAnalysisFigures(
  objects: readonly ScenarioObject[],
  figures: readonly FigurePattern[],
  problems: Problems,
): void {
  for (const { object, place } of objects) {
    if (!KINDS.has(object.kind)) continue;
    const metrics = valueAt(object, ['spec', 'metrics']);
    if (!Array.isArray(metrics)) continue;
    for (const [i, metric] of metrics.entries()) {
      const name = valueAt(metric, ['provider', 'wavetank', 'figure']);
      if (typeof name !== 'string' || !name.includes('.') || name.includes('{{')) continue;
      const problem = problemOf(name, figures);
      const at = `${objectId(object)}: spec.metrics[${i}].provider.wavetank.figure`;
      if (problem !== undefined) problems.add(place, problem, at);
    }
  }
}

function problemOf(name: string, figures: readonly FigurePattern[]): string | undefined {
  const parts = partsOf(name, figures);
  const patterns = figures.filter(({ wholeRun }) => !wholeRun).map(({ pattern }) => pattern);
  if (parts === undefined) return `unknown figure "${name}"${didYouMean(name, patterns)}`;
  return parts.pattern.wholeRun ? `${parts.pattern.pattern} has a value only for the whole run` : undefined;
}
