// Writes docs/reference/scenario.md from the schema of the Scenario document.
import { writeGenerated } from './generated.mjs';
import { importSource } from './import-source.mjs';

const { scenarioReference, ...families } = await importSource(
  "export { scenarioReference } from './src/scenario/reference.ts';",
  "export { balancers } from './src/network/balancers/index.ts';",
  "export { arrivals } from './src/traffic/arrivals/index.ts';",
  "export { faults } from './src/faults/models/index.ts';",
  "export { jobQueues } from './src/job-queues/members/index.ts';",
  "export { nodeAutoscalers } from './src/autoscaler/members/index.ts';",
  "export { policies } from './src/traffic/policies/index.ts';",
  "export { rollouts } from './src/controllers/deployment/rollouts/index.ts';",
  "export { figures } from './src/world/figures/index.ts';",
  "export { schedulerPlugins } from './src/scheduler/plugins/index.ts';",
);
await writeGenerated('docs/reference/scenario.md', scenarioReference(families));
