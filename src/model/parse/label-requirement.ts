// One requirement of a label selector: validation, matching, canonical text.
import { unreachable } from '../../lib/assert.ts';
import { parseGoInt64 } from './go-int.ts';
import { labelKeyProblems, labelValueProblems } from './label-syntax.ts';

export type Labels = Readonly<Record<string, string>>;

export type LabelOperator = '=' | '==' | '!=' | 'in' | 'notin' | 'exists' | '!' | '>' | '<';

export interface LabelRequirement {
  readonly key: string;
  readonly operator: LabelOperator;
  readonly values: readonly string[];
}

/** What is wrong with a requirement, as Kubernetes says it; empty if nothing is. */
export function requirementProblems({ key, operator, values }: LabelRequirement): string[] {
  const problems = keyProblems('key', key);
  const count = countProblem(operator, values);
  if (count !== undefined) problems.push(count);
  if (operator === '>' || operator === '<') {
    for (const [index, value] of values.entries()) {
      if (parseGoInt64(value) !== undefined) continue;
      problems.push(
        invalid(`values[${index}]`, JSON.stringify(value), "for 'Gt', 'Lt' operators, the value must be an integer"),
      );
    }
  }
  for (const [index, value] of values.entries()) {
    const wrong = labelValueProblems(value);
    if (wrong.length > 0) problems.push(invalid(`values[${index}][${key}]`, JSON.stringify(value), wrong.join('; ')));
  }
  return problems;
}

/** What is wrong with a key that stands at `path`. */
export function keyProblems(path: string, key: string): string[] {
  const wrong = labelKeyProblems(key);
  return wrong.length === 0 ? [] : [invalid(path, JSON.stringify(key), wrong.join('; '))];
}

/** Several problems in one text, as Go's aggregate error prints them. */
export function aggregate(problems: readonly string[]): string {
  const distinct = [...new Set(problems)];
  return distinct.length === 1 ? distinct[0] : `[${distinct.join(', ')}]`;
}

function countProblem(operator: LabelOperator, values: readonly string[]): string | undefined {
  // Go prints a list that was never set as null.
  const shown = values.length === 0 ? 'null' : JSON.stringify(values);
  switch (operator) {
    case 'in':
    case 'notin':
      if (values.length > 0) return undefined;
      return invalid('values', shown, "for 'in', 'notin' operators, values set can't be empty");
    case '=':
    case '==':
    case '!=':
      if (values.length === 1) return undefined;
      return invalid('values', shown, 'exact-match compatibility requires one single value');
    case 'exists':
    case '!':
      if (values.length === 0) return undefined;
      return invalid('values', shown, 'values set must be empty for exists and does not exist');
    case '>':
    case '<':
      if (values.length === 1) return undefined;
      return invalid('values', shown, "for 'Gt', 'Lt' operators, exactly one value is required");
    default:
      return unreachable(operator);
  }
}

function invalid(path: string, value: string, detail: string): string {
  return `${path}: Invalid value: ${value}: ${detail}`;
}

/** Whether labels meet the requirement. `!=` and `notin` are also met by labels that lack the key. */
export function meetsRequirement({ key, operator, values }: LabelRequirement, labels: Labels): boolean {
  const has = Object.hasOwn(labels, key);
  switch (operator) {
    case 'in':
    case '=':
    case '==':
      return has && values.includes(labels[key]);
    case 'notin':
    case '!=':
      return !has || !values.includes(labels[key]);
    case 'exists':
      return has;
    case '!':
      return !has;
    case '>':
    case '<': {
      const actual = has ? parseGoInt64(labels[key]) : undefined;
      const bound = parseGoInt64(values[0]);
      if (actual === undefined || bound === undefined) return false;
      return operator === '>' ? actual > bound : actual < bound;
    }
    default:
      return unreachable(operator);
  }
}

/** The requirement as Kubernetes prints it, values sorted. */
export function requirementText({ key, operator, values }: LabelRequirement): string {
  switch (operator) {
    case '!':
      return `!${key}`;
    case 'exists':
      return key;
    case 'in':
    case 'notin':
      return `${key} ${operator} (${[...values].sort(byBytes).join(',')})`;
    case '=':
    case '==':
    case '!=':
    case '>':
    case '<':
      return `${key}${operator}${values.join(',')}`;
    default:
      return unreachable(operator);
  }
}

/** Order of valid label keys and values, which are ASCII, by bytes. */
export function byBytes(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
