// The names that a resolver tries, one after the other, for the name that a program asks for.

/** Names are complete and without their last dot. */
export interface Candidates {
  readonly names: readonly string[];
  /** Index of the name as it was given; -1 where it is not tried. */
  readonly asGiven: number;
}

function dotsOf(name: string): number {
  return name.split('.').length - 1;
}

export function isRooted(name: string): boolean {
  return name.endsWith('.');
}

/** With a dot at its end only the name itself; with `ndots` dots or more that first, otherwise last. */
export function candidatesOf(name: string, search: readonly string[], ndots: number): Candidates {
  if (isRooted(name)) return { names: [name.slice(0, -1)], asGiven: 0 };
  const completed = search.map((domain) => `${name}.${domain}`);
  if (dotsOf(name) >= ndots) return { names: [name, ...completed], asGiven: 0 };
  return { names: [...completed, name], asGiven: completed.length };
}
