// The priority expander: the groups whose name matches an expression of the highest priority.
import { load } from 'js-yaml';
import { KUBERNETES_SCHEMA } from '../../lib/yaml-scalars.ts';
import type { Expander } from './expander.ts';

/** Below it nobody is preferred. */
const LEAST_PRIORITY = -1;

export const priority: Expander = (options, { priorities: text }) => {
  let highest = LEAST_PRIORITY;
  let best: (typeof options)[number][] = [];
  for (const option of options) {
    for (const [value, expressions] of parsePriorities(text)) {
      if (value < highest || !expressions.some((one) => one.test(option.group))) continue;
      if (value > highest) best = [];
      highest = value;
      best.push(option);
    }
  }
  return best.length === 0 ? options : best;
};

/** A mapping of priorities to expressions. Text that is nothing of the kind prefers nobody. */
function parsePriorities(text: string | undefined): readonly (readonly [number, readonly RegExp[]])[] {
  if (text === undefined || text === '') return [];
  try {
    // Of a priority that is there twice the last one counts.
    const document = load(text, { schema: KUBERNETES_SCHEMA, json: true });
    if (typeof document !== 'object' || document === null) return [];
    return Object.entries(document).map(([value, expressions]) => [integer(value), compile(expressions)] as const);
  } catch {
    // The ConfigMap is a user's and may hold anything; the real expander ignores it as well.
    return [];
  }
}

function integer(text: string): number {
  if (!/^-?\d+$/.test(text)) throw new Error(`"${text}" is no priority`);
  return Number(text);
}

function compile(expressions: unknown): readonly RegExp[] {
  if (!Array.isArray(expressions)) throw new Error('expressions are a list');
  return expressions.map((one) => {
    // Go has flags inside of the expression.
    const [, flags = '', expression = ''] = /^(?:\(\?([imsu]+)\))?(.*)$/s.exec(String(one)) ?? [];
    return new RegExp(expression, flags);
  });
}
