// Node selectors and node affinity terms, compiled to predicates (component-helpers scheduling/corev1/nodeaffinity).
import type { NodeSelectorRequirement, NodeSelectorTerm, PodSpec } from 'kubernetes-types/core/v1.js';
import { unreachable } from '../../lib/assert.ts';
import type { Labels } from '../interner.ts';
import { parseGoInt64 } from './go-int.ts';

export type NodeMatcher = (name: string, labels: Labels) => boolean;

type Operator = 'In' | 'NotIn' | 'Exists' | 'DoesNotExist' | 'Gt' | 'Lt';

function meets({ key, operator, values = [] }: NodeSelectorRequirement, labels: Labels): boolean {
  const has = Object.hasOwn(labels, key);
  const known = operator as Operator;
  switch (known) {
    case 'In':
      return has && values.includes(labels[key]);
    case 'NotIn':
      return !has || !values.includes(labels[key]);
    case 'Exists':
      return has;
    case 'DoesNotExist':
      return !has;
    case 'Gt':
    case 'Lt': {
      const actual = has ? parseGoInt64(labels[key]) : undefined;
      const bound = parseGoInt64(values[0] ?? '');
      if (actual === undefined || bound === undefined) return false;
      return known === 'Gt' ? actual > bound : actual < bound;
    }
    default:
      return unreachable(known);
  }
}

/** A field selector knows only metadata.name, with one value. */
function meetsField({ key, operator, values = [] }: NodeSelectorRequirement, name: string): boolean {
  if (key !== 'metadata.name' || values.length !== 1) return false;
  return operator === 'In' ? values[0] === name : operator === 'NotIn' && values[0] !== name;
}

/** A term without expressions and fields matches nothing. */
export function termMatches(term: NodeSelectorTerm, name: string, labels: Labels): boolean {
  const { matchExpressions = [], matchFields = [] } = term;
  if (matchExpressions.length === 0 && matchFields.length === 0) return false;
  return matchExpressions.every((one) => meets(one, labels)) && matchFields.every((field) => meetsField(field, name));
}

/** Terms are alternatives; no terms match nothing. */
export function selectorMatches(terms: readonly NodeSelectorTerm[], name: string, labels: Labels): boolean {
  return terms.some((term) => termMatches(term, name, labels));
}

type Affine = Pick<PodSpec, 'nodeSelector' | 'affinity'>;

/** spec.nodeSelector and the required node affinity; undefined when the pod has neither. */
export function requiredNodes({ nodeSelector, affinity }: Affine): NodeMatcher | undefined {
  const wanted = Object.entries(nodeSelector ?? {});
  const terms = affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;
  if (wanted.length === 0 && terms === undefined) return undefined;
  return (name, labels) =>
    wanted.every(([key, value]) => labels[key] === value) &&
    (terms === undefined || selectorMatches(terms, name, labels));
}
