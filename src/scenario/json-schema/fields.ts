// A zod schema → JSON Schema: zod's own export, with the notations of a scenario where zod sees any value.
import { z } from 'zod';
import { fieldTypes } from './notations.ts';
import type { JsonSchema } from './json.ts';

/** Throws when a field has a type that notations.ts does not know. */
export function jsonSchemaOf(schema: z.ZodType, more: Readonly<Record<string, JsonSchema>> = {}): JsonSchema {
  const known: Readonly<Record<string, JsonSchema | undefined>> = { ...fieldTypes, ...more };
  const { $schema: _draft, ...made } = z.toJSONSchema(schema, {
    io: 'input',
    target: 'draft-7',
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema }) => {
      // A limit that every whole number keeps says nothing.
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
      if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
      const type = zodSchema instanceof z.ZodType ? zodSchema.meta()?.['type'] : undefined;
      if (typeof type !== 'string') return;
      const form = known[type];
      if (form === undefined) throw new Error(`src/scenario/json-schema/notations.ts has no notation for "${type}"`);
      // The notation says all; zod would say it of any value.
      for (const key of ['type', 'allOf', 'pattern'] as const) delete jsonSchema[key];
      Object.assign(jsonSchema, form);
    },
  });
  return made as JsonSchema;
}
