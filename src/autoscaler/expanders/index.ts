// The expanders by name, and a chain of them.
import type { ExpanderName } from '../options.ts';
import type { Expander, ExpanderContext, ExpansionOption } from './expander.ts';
import { price } from './price.ts';
import { priority } from './priority.ts';
import { leastNodes, leastWaste, mostPods, random } from './simple.ts';

const expanders: Readonly<Record<ExpanderName, Expander>> = {
  random,
  'most-pods': mostPods,
  'least-waste': leastWaste,
  'least-nodes': leastNodes,
  price,
  priority,
};

/** What each expander of the chain leaves, until one option is left; the last list is drawn from. */
export function applyChain<Option extends ExpansionOption>(
  chain: readonly ExpanderName[],
  options: readonly Option[],
  context: ExpanderContext,
): { readonly steps: readonly (readonly Option[])[]; readonly left: readonly Option[] } {
  const steps: (readonly Option[])[] = [];
  let left = options;
  for (const name of chain) {
    if (name === 'random') break;
    left = expanders[name](left, context);
    steps.push(left);
    if (left.length === 1) break;
  }
  return { steps, left };
}
