// Writes docs/reference/wavetank.schema.json, the JSON Schema of an input file; one line a definition, so that changes can be read.
import { writeGenerated } from './generated.mjs';
import { importSource } from './import-source.mjs';

const { builtInFamilies, familySchemas, printJsonSchema, scenarioJsonSchema } = await importSource(
  "export { printJsonSchema } from './src/scenario/json-schema/print.ts';",
  "export { scenarioJsonSchema } from './src/scenario/json-schema/scenario-json-schema.ts';",
  "export { builtInFamilies, familySchemas } from './src/world/families.ts';",
);
await writeGenerated(
  'docs/reference/wavetank.schema.json',
  printJsonSchema(scenarioJsonSchema(familySchemas(builtInFamilies))),
);
