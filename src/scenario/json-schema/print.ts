// A JSON Schema as text: one line a definition, so that a change of one is a change of one line.
import type { JsonSchema } from './json.ts';

export function printJsonSchema({ definitions, ...rest }: JsonSchema): string {
  const lines = Object.entries(definitions as Readonly<Record<string, JsonSchema>>).map(
    ([name, schema]) => `    ${JSON.stringify(name)}: ${JSON.stringify(schema)}`,
  );
  const head = JSON.stringify(rest, null, 2).slice(0, -2);
  return `${head},\n  "definitions": {\n${lines.join(',\n')}\n  }\n}\n`;
}
