// `wavetank schema`: the JSON Schema of input files, for editors.
import { writeFileSync } from 'node:fs';
import { withExamples } from '../examples.ts';
import { loadFamilies } from '../../library/plugins.ts';
import { InputError } from '../../lib/errors.ts';
import { writeReason } from '../../lib/write-reason.ts';
import { printJsonSchema } from '../../scenario/json-schema/print.ts';
import { scenarioJsonSchema } from '../../scenario/json-schema/scenario-json-schema.ts';
import { familySchemas } from '../../world/families.ts';
import type { Verb } from '../verb.ts';

interface SchemaArguments {
  readonly plugin?: string | readonly string[];
  readonly out?: string;
  readonly json?: boolean;
}

export const schema: Verb<SchemaArguments> = {
  builder: (argv) =>
    withExamples(
      argv
        .option('plugin', {
          describe: 'a plugin file; may be repeated',
          type: 'string',
          requiresArg: true,
        })
        .option('out', { describe: 'the file to write', type: 'string', requiresArg: true })
        .option('json', {
          describe: 'with --out, print the name of the file as one JSON object; the schema is JSON by itself',
          type: 'boolean',
        }),
      [
        [
          'once; then begin scenario files with "# yaml-language-server: $schema=wavetank.schema.json"',
          'wavetank schema --out wavetank.schema.json',
        ],
        ['with the members of your plugin', 'wavetank schema --plugin mine.mjs --out wavetank.schema.json'],
      ],
    ),
  handler: async ({ plugin, out, json }) => {
    const text = printJsonSchema(scenarioJsonSchema(familySchemas(await loadFamilies(plugin))));
    if (out === undefined) {
      process.stdout.write(text);
      return;
    }
    write(out, text);
    if (json === true) process.stdout.write(`${JSON.stringify({ written: out })}\n`);
  },
};

function write(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (error) {
    throw new InputError({ file, message: `cannot be written: ${writeReason(error)}` });
  }
}
