// Arguments that name something of the scenario: what they name stands in their schema, so that the loader can find them.
import { z } from 'zod';
import { bare, objectShape } from './describe.ts';

/** `Node`, `zone`, or a kind of objects with namespaces, such as `Deployment`. */
const named = z.registry<{ readonly what: string }>();

/**
 * The name of something that the input must have: a node, a `zone`, or an object of a kind, whose namespace is the argument
 * `namespace` beside it, or else `default`.
 */
export function naming(what: string): z.ZodString {
  return z.string().min(1).register(named, { what });
}

const indices = z.registry();

/** The index of a container in `spec.containers`, of the pods that the argument `namespace` and one that names a workload beside it are about. */
export function containerIndex(): z.ZodInt {
  return z.int().min(0).register(indices);
}

/** The arguments that are indices of containers. */
export function containerIndices(args: z.ZodType): string[] {
  return Object.entries(objectShape(args)).flatMap(([name, schema]) => (indices.has(bare(schema)) ? [name] : []));
}

/** The arguments that name something, and what. */
export function namesIn(args: z.ZodType): { readonly argument: string; readonly what: string }[] {
  return Object.entries(objectShape(args)).flatMap(([argument, schema]) => {
    const what = named.get(bare(schema))?.what;
    return what === undefined ? [] : [{ argument, what }];
  });
}
