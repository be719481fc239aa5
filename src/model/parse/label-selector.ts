// Label selectors: from text (`tier in (web, api), !canary`) and from objects (matchLabels, matchExpressions) to a matcher.
import { InputError } from '../../lib/errors.ts';
import { LabelSelectorTextError, readLabelSelector } from './label-selector-reader.ts';
import {
  aggregate,
  byBytes,
  type LabelOperator,
  type LabelRequirement,
  type Labels,
  meetsRequirement,
  requirementProblems,
  requirementText,
} from './label-requirement.ts';

/** A compiled selector: all requirements must hold. Immutable. */
export class LabelSelector {
  /** Sorted by key; empty for everything and for nothing. */
  readonly requirements: readonly LabelRequirement[];
  private readonly nothing: boolean;

  constructor(requirements: readonly LabelRequirement[], nothing = false) {
    this.requirements = [...requirements].sort((a, b) => byBytes(a.key, b.key));
    this.nothing = nothing;
  }

  matches(labels: Labels): boolean {
    return !this.nothing && this.requirements.every((requirement) => meetsRequirement(requirement, labels));
  }

  /** Whether it selects everything because it requires nothing. */
  isEmpty(): boolean {
    return !this.nothing && this.requirements.length === 0;
  }

  /** Whether it selects nothing because there was no selector at all. */
  isNothing(): boolean {
    return this.nothing;
  }

  /** A label (`key=value`) that everything it selects has; undefined where it requires no single one. For indexes. */
  requiredLabel(): string | undefined {
    const one = this.requirements.find(
      ({ operator, values }) => values.length === 1 && (operator === '=' || operator === '==' || operator === 'in'),
    );
    return one === undefined ? undefined : `${one.key}=${one.values[0]}`;
  }

  /** As Kubernetes prints it: sorted by key. Nothing and everything are both the empty text. */
  canonical(): string {
    return this.requirements.map(requirementText).join(',');
  }
}

/** The LabelSelector object of manifests. */
export interface LabelSelectorObject {
  readonly matchLabels?: Labels | null | undefined;
  readonly matchExpressions?: readonly LabelSelectorExpression[] | null | undefined;
}

interface LabelSelectorExpression {
  readonly key: string;
  readonly operator: string;
  readonly values?: readonly string[] | null | undefined;
}

const OBJECT_OPERATORS: ReadonlyMap<string, LabelOperator> = new Map<string, LabelOperator>([
  ['In', 'in'],
  ['NotIn', 'notin'],
  ['Exists', 'exists'],
  ['DoesNotExist', '!'],
]);

/** Reads the text of a selector; the empty text selects everything. Throws InputError with Kubernetes' message. */
export function parseLabelSelector(text: string): LabelSelector {
  try {
    return new LabelSelector(readLabelSelector(text));
  } catch (error) {
    if (error instanceof LabelSelectorTextError) throw new InputError(error.message);
    throw error;
  }
}

/** Compiles a LabelSelector object; none at all (null) selects nothing, `{}` everything. Throws InputError with Kubernetes' message. */
export function compileLabelSelector(object: LabelSelectorObject | null | undefined): LabelSelector {
  if (object == null) return new LabelSelector([], true);
  const requirements: LabelRequirement[] = [];
  for (const [key, value] of Object.entries(object.matchLabels ?? {})) {
    requirements.push(checked({ key, operator: '=', values: [value] }));
  }
  for (const { key, operator, values } of object.matchExpressions ?? []) {
    const known = OBJECT_OPERATORS.get(operator);
    if (known === undefined) throw new InputError(`${JSON.stringify(operator)} is not a valid label selector operator`);
    requirements.push(checked({ key, operator: known, values: values ?? [] }));
  }
  return new LabelSelector(requirements);
}

/** The selector of a Service or a ReplicationController: a plain map of labels; null and `{}` select nothing there. */
export function compileLabelMap(labels: Labels | null | undefined): LabelSelector {
  const entries = Object.entries(labels ?? {});
  return new LabelSelector(
    entries.map(([key, value]) => ({ key, operator: '=', values: [value] })),
    entries.length === 0,
  );
}

/** What a workload selects: a ReplicationController by a plain map of labels, everything else by a selector. */
export function compileWorkloadSelector(
  kind: string,
  selector: LabelSelectorObject | Labels | undefined,
): LabelSelector {
  if (kind === 'ReplicationController') return compileLabelMap(selector as Labels | undefined);
  return compileLabelSelector(selector);
}

function checked(requirement: LabelRequirement): LabelRequirement {
  const problems = requirementProblems(requirement);
  if (problems.length > 0) throw new InputError(aggregate(problems));
  return requirement;
}
