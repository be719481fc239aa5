// How the nodes of a pod that scheduling gates hold back may be narrowed down (pkg/apis/core/validation, validateNodeAffinityMutation).
import type { NodeAffinity, NodeSelectorTerm } from 'kubernetes-types/core/v1.js';
import { equalJson } from '../equal.ts';
import type { Errors } from '../validate/errors.ts';

type Strings = Readonly<Record<string, string>>;

/** Labels may be added, none may be removed or changed. */
export function validateNodeSelectorNarrowed(selector: Strings, old: Strings, path: string, errors: Errors): void {
  const kept = Object.entries(old).every(([key, value]) => selector[key] === value);
  if (!kept) errors.invalid(path, selector, 'only additions are allowed (no mutations or deletions)');
}

/** Required terms may get more requirements; preferences may change as they like, since they exclude no node. */
export function validateNodeAffinityNarrowed(
  affinity: NodeAffinity | undefined,
  old: NodeAffinity | undefined,
  path: string,
  errors: Errors,
): void {
  const before = old?.requiredDuringSchedulingIgnoredDuringExecution;
  if (before === undefined) return;
  const required = `${path}.requiredDuringSchedulingIgnoredDuringExecution`;
  const after = affinity?.requiredDuringSchedulingIgnoredDuringExecution;
  if (after === undefined) {
    errors.required(required, 'cannot be removed once set');
    return;
  }
  const terms = `${required}.nodeSelectorTerms`;
  const { nodeSelectorTerms: newTerms } = after;
  const { nodeSelectorTerms: oldTerms } = before;
  if (newTerms.length === 0 && oldTerms.length > 0) return;
  if (newTerms.length !== oldTerms.length) {
    errors.invalid(terms, newTerms, 'no additions/deletions to non-empty NodeSelectorTerms list are allowed');
    return;
  }
  for (const [index, term] of newTerms.entries()) {
    const message = 'only additions are allowed (no mutations or deletions)';
    if (!isNarrowed(term, oldTerms[index])) errors.invalid(`${terms}[${index}]`, term, message);
  }
}

function isNarrowed(term: NodeSelectorTerm, old: NodeSelectorTerm): boolean {
  return (['matchExpressions', 'matchFields'] as const).every((list) => {
    const before = old[list] ?? [];
    const after = term[list] ?? [];
    // A term without requirements selects nothing: adding to it would widen it.
    return before.every((requirement, index) => equalJson(requirement, after[index]));
  });
}
