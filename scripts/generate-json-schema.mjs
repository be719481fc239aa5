// Writes docs/reference/wavetank.schema.json, the JSON Schema of an input file; one line a definition, so that changes can be read.
import { writeFile } from 'node:fs/promises';
import { build } from 'esbuild';

const bundled = await build({
  stdin: {
    contents: [
      "export { printJsonSchema } from './src/scenario/json-schema/print.ts';",
      "export { scenarioJsonSchema } from './src/scenario/json-schema/scenario-json-schema.ts';",
      "export { builtInFamilies, familySchemas } from './src/world/families.ts';",
    ].join('\n'),
    resolveDir: process.cwd(),
    loader: 'ts',
  },
  bundle: true,
  write: false,
  format: 'esm',
  platform: 'node',
});
const { builtInFamilies, familySchemas, printJsonSchema, scenarioJsonSchema } = await import(
  `data:text/javascript;base64,${Buffer.from(bundled.outputFiles[0].contents).toString('base64')}`
);
await writeFile(
  'docs/reference/wavetank.schema.json',
  printJsonSchema(scenarioJsonSchema(familySchemas(builtInFamilies))),
);
