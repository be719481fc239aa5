// One use of a family's member, as the scenario names it.

/** `args` are as written; `family.create(name, args, context)` checks and converts them. */
export interface FamilyUse {
  readonly name: string;
  readonly args: unknown;
}
