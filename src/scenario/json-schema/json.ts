// JSON Schema (draft 7, which editors understand best) as data.

export interface JsonSchema {
  readonly [keyword: string]: unknown;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
}

/** What editors of JSON and YAML take for a reference within one file. */
export function definition(name: string): JsonSchema {
  return { $ref: `#/definitions/${name}` };
}

/** A mapping with exactly one key: the name of a form, which holds its arguments. */
export function oneOfForms(forms: Readonly<Record<string, JsonSchema>>): JsonSchema {
  return { type: 'object', properties: forms, additionalProperties: false, minProperties: 1, maxProperties: 1 };
}

/** Apart, because a literal object with the second one would look like a promise. */
const [IF, THEN, ELSE] = 'if then else'.split(' ');

/** A conditional. */
export function when(test: JsonSchema, consequence: JsonSchema, otherwise?: JsonSchema): JsonSchema {
  return { [IF]: test, [THEN]: consequence, ...(otherwise === undefined ? {} : { [ELSE]: otherwise }) };
}
