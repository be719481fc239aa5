// Whether a policy stands where it has something to do, found out by making it for a call that nobody makes.
import { Engine } from '../engine/engine.ts';
import { InputError } from '../lib/errors.ts';
import type { Family } from '../lib/family.ts';
import { PluginError } from '../lib/plugin-error.ts';
import type { FamilyUse } from '../model/settings/family-use.ts';
import { misplaced, type Side } from '../traffic/policies/placement.ts';
import type { Policy, PolicyContext } from '../traffic/policies/policy.ts';

function nothing(): void {
  // Nothing ever happens to a policy that is made to be looked at.
}

/** The check of a scenario's policies, for the loader: what is wrong, with a way out; undefined: nothing. */
export function policyCheck(
  policies: Family<PolicyContext, Policy>,
): (use: FamilyUse, side: Side) => string | undefined {
  let context: PolicyContext | undefined;
  return ({ name, args }, side) => {
    context ??= {
      nowUs: () => 0,
      random: new Engine({ seed: 0 }).stream('policies'),
      shared: (make) => make(),
      resume: nothing,
      refuse: nothing,
      ejected: nothing,
      returned: nothing,
    };
    try {
      const wrong = misplaced(policies.create(name, args, context), side);
      return wrong === undefined ? undefined : `${name} ${wrong}`;
    } catch (error) {
      // What somebody else's code does wrong is told with that code's place.
      if (!(error instanceof InputError) || error instanceof PluginError) throw error;
      return error.problems.map(({ message }) => message).join('; ');
    }
  };
}
