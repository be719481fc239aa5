// docs/reference/scenario.md says what the schema, the defaults and the families are now.
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { jobQueues } from '../../src/job-queues/members/index.ts';
import { nodeAutoscalers } from '../../src/autoscaler/members/index.ts';
import { rollouts } from '../../src/controllers/deployment/rollouts/index.ts';
import { faults } from '../../src/faults/models/index.ts';
import { balancers } from '../../src/network/balancers/index.ts';
import { scenarioReference } from '../../src/scenario/reference.ts';
import { schedulerPlugins } from '../../src/scheduler/plugins/index.ts';
import { arrivals } from '../../src/traffic/arrivals/index.ts';
import { policies } from '../../src/traffic/policies/index.ts';
import { figures } from '../../src/world/figures/index.ts';

it('the reference is fresh (else run node scripts/generate-scenario-reference.mjs)', () => {
  const file = readFileSync('docs/reference/scenario.md', 'utf8');
  expect(file).toBe(
    scenarioReference({
      arrivals,
      balancers,
      faults,
      jobQueues,
      nodeAutoscalers,
      policies,
      rollouts,
      schedulerPlugins,
      figures,
    }),
  );
});
