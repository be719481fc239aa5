// Has everything kept that metrics will ask for: from the time on when their template is known.
import { UnresolvedArgument, withArguments } from '../../model/analysis/arguments.ts';
import type { AnalysisSpec, Metric } from '../../model/analysis/metric.ts';
import { parseQuery } from '../../model/analysis/promql.ts';
import { compileQuery } from '../../model/analysis/promql-plan.ts';
import { ExpressionProblem } from '../../model/analysis/tokens.ts';
import type { Monitoring } from '../../model/ports/monitoring.ts';

export function watchMetrics(monitoring: Monitoring, { metrics = [], args = [] }: AnalysisSpec): void {
  for (const metric of metrics) {
    const { wavetank, prometheus } = known(metric, args).provider;
    if (wavetank !== undefined) monitoring.watchFigure(wavetank);
    if (prometheus?.query === undefined) continue;
    try {
      monitoring.watchQuery(compileQuery(parseQuery(prometheus.query)));
    } catch (error) {
      // An argument without a value yet: the run will have it.
      if (!(error instanceof ExpressionProblem)) throw error;
    }
  }
}

function known(metric: Metric, args: AnalysisSpec['args'] = []): Metric {
  const values = args.map((one) => ({ ...one, value: one.value ?? 'x' }));
  try {
    return withArguments(metric, values);
  } catch (error) {
    if (!(error instanceof UnresolvedArgument)) throw error;
    return metric;
  }
}
