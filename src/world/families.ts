// Every family of extensions, for the loader that checks their arguments, for the world that uses them, for `wavetank list`.
import { rollouts } from '../controllers/deployment/rollouts/index.ts';
import { nodeAutoscalers } from '../autoscaler/members/index.ts';
import { faults } from '../faults/models/index.ts';
import { jobQueues } from '../job-queues/members/index.ts';
import { familySchema } from '../lib/family.ts';
import type { LoadedPlugin } from '../lib/plugin.ts';
import { balancers } from '../network/balancers/index.ts';
import { schedulerPlugins } from '../scheduler/plugins/index.ts';
import type { FamilySchemas } from '../scenario/schema/schema.ts';
import { arrivals } from '../traffic/arrivals/index.ts';
import { policies } from '../traffic/policies/index.ts';
import { figures } from './figures/index.ts';
import { policyCheck } from './policy-check.ts';
import { profileCheck } from './scheduler-plugins.ts';

export interface Families {
  readonly arrivals: typeof arrivals;
  readonly balancers: typeof balancers;
  readonly faults: typeof faults;
  readonly jobQueues: typeof jobQueues;
  readonly nodeAutoscalers: typeof nodeAutoscalers;
  readonly policies: typeof policies;
  readonly rollouts: typeof rollouts;
  readonly schedulerPlugins: typeof schedulerPlugins;
}

export const builtInFamilies: Families = {
  arrivals,
  balancers,
  faults,
  jobQueues,
  nodeAutoscalers,
  policies,
  rollouts,
  schedulerPlugins,
};

/** What the members' arguments look like, and which figures there are, as data. */
export function familySchemas(families: Families): FamilySchemas {
  return {
    arrivals: familySchema(families.arrivals),
    balancers: familySchema(families.balancers),
    faults: familySchema(families.faults),
    jobQueues: familySchema(families.jobQueues),
    nodeAutoscalers: familySchema(families.nodeAutoscalers),
    policies: familySchema(families.policies),
    rollouts: familySchema(families.rollouts),
    schedulerPlugins: familySchema(families.schedulerPlugins),
    figures,
    checkProfiles: profileCheck(families.schedulerPlugins),
    checkPolicy: policyCheck(families.policies),
  };
}

/** The families with the members that a plugin brings. Throws an InputError for a name that is taken. */
export function withPlugin(families: Families, plugin: LoadedPlugin): Families {
  return {
    arrivals: plugin.extend(families.arrivals),
    balancers: plugin.extend(families.balancers),
    faults: plugin.extend(families.faults),
    jobQueues: plugin.extend(families.jobQueues),
    nodeAutoscalers: plugin.extend(families.nodeAutoscalers),
    policies: plugin.extend(families.policies),
    rollouts: plugin.extend(families.rollouts),
    schedulerPlugins: plugin.extend(families.schedulerPlugins),
  };
}
