// Writes docs/reference/scenario.md from the schema of the Scenario document.
import { writeFile } from 'node:fs/promises';
import { build } from 'esbuild';

const bundled = await build({
  stdin: {
    contents: [
      "export { scenarioReference } from './src/scenario/reference.ts';",
      "export { balancers } from './src/network/balancers/index.ts';",
      "export { arrivals } from './src/traffic/arrivals/index.ts';",
      "export { faults } from './src/faults/models/index.ts';",
      "export { rollouts } from './src/controllers/rollouts/index.ts';",
      "export { schedulerPlugins } from './src/scheduler/plugins/index.ts';",
    ].join('\n'),
    resolveDir: process.cwd(),
    loader: 'ts',
  },
  bundle: true,
  write: false,
  format: 'esm',
  platform: 'node',
});
const { scenarioReference, ...families } = await import(
  `data:text/javascript;base64,${Buffer.from(bundled.outputFiles[0].contents).toString('base64')}`
);
await writeFile('docs/reference/scenario.md', scenarioReference(families));
