// AnalysisTemplates by name, as the Rollout controller sees them: what an analysis of a Rollout is made of.
import type { NamedObjects } from '../../api/named-objects.ts';
import type { AnalysisSpec, TemplateReference } from '../../model/analysis/metric.ts';
import { runSpec } from '../../model/analysis/templates.ts';
import type { KubeObject } from '../../model/object-store.ts';
import type { RolloutAnalysis } from './rollout-objects.ts';

export interface AnalysisTemplate extends KubeObject {
  readonly spec: AnalysisSpec;
}

export class AnalysisTemplates {
  readonly #templates: NamedObjects<AnalysisTemplate>;
  readonly #clusterTemplates: NamedObjects<AnalysisTemplate>;

  constructor(templates: NamedObjects<AnalysisTemplate>, clusterTemplates: NamedObjects<AnalysisTemplate>) {
    this.#templates = templates;
    this.#clusterTemplates = clusterTemplates;
  }

  /** The spec of a run, or why there is none. */
  specOf(namespace: string | undefined, analysis: RolloutAnalysis): AnalysisSpec | { readonly problem: string } {
    const specs: AnalysisSpec[] = [];
    const missing = this.missing(namespace, analysis.templates ?? [], specs);
    return missing === undefined ? runSpec(specs, analysis) : { problem: missing };
  }

  /** Why one of them cannot be had; those that can be had, and what they refer to, go to `found`. */
  missing(
    namespace: string | undefined,
    references: readonly TemplateReference[],
    found: AnalysisSpec[] = [],
    seen = new Set<AnalysisTemplate>(),
  ): string | undefined {
    for (const { templateName, clusterScope } of references) {
      const cluster = clusterScope === true;
      const template = cluster
        ? this.#clusterTemplates.find(undefined, templateName)
        : this.#templates.find(namespace, templateName);
      if (template === undefined) return `${cluster ? 'Cluster' : ''}AnalysisTemplate '${templateName}' not found`;
      if (seen.has(template)) continue;
      seen.add(template);
      found.push(template.spec);
      const inner = this.missing(namespace, template.spec.templates ?? [], found, seen);
      if (inner !== undefined) return inner;
    }
    return undefined;
  }
}
