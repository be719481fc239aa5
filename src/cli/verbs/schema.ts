// `wavetank schema`: the JSON Schema of input files, for editors.
import { writeFileSync } from 'node:fs';
import { withExamples } from '../examples.ts';
import { loadFamilies } from '../../library/plugins.ts';
import { InputError } from '../../lib/errors.ts';
import { printJsonSchema } from '../../scenario/json-schema/print.ts';
import { scenarioJsonSchema } from '../../scenario/json-schema/scenario-json-schema.ts';
import { familySchemas } from '../../world/families.ts';
import type { Verb } from '../verb.ts';

interface SchemaArguments {
  readonly plugin?: string | readonly string[];
  readonly out?: string;
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
        .option('out', { describe: 'the file to write', type: 'string', requiresArg: true }),
      [
        [
          'once; then begin scenario files with "# yaml-language-server: $schema=wavetank.schema.json"',
          'wavetank schema --out wavetank.schema.json',
        ],
        ['with the members of your plugin', 'wavetank schema --plugin mine.mjs --out wavetank.schema.json'],
      ],
    ),
  handler: async ({ plugin, out }) => {
    const text = printJsonSchema(scenarioJsonSchema(familySchemas(await loadFamilies(plugin))));
    if (out === undefined) process.stdout.write(text);
    else write(out, text);
  },
};

function write(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (error) {
    throw new InputError({ file, message: `cannot be written: ${(error as NodeJS.ErrnoException).code}` });
  }
}
