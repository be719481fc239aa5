// Names of a StatefulSet's pods: the set's name and an ordinal.

const LARGEST = 2 ** 31 - 1;

/** The ordinal of a pod of the set, by its name; -1 for a pod that the set cannot have made. */
export function ordinalOf(set: string, pod: string): number {
  if (!pod.startsWith(`${set}-`)) return -1;
  const digits = pod.slice(set.length + 1);
  if (!/^\d+$/.test(digits)) return -1;
  const ordinal = Number(digits);
  return ordinal > LARGEST ? -1 : ordinal;
}
