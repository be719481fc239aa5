// A search on one axis whose values are listed from the cheapest to the dearest: if one keeps the expectations, all dearer ones do.
import { keyOf, type Method } from './method.ts';
import type { Setting } from './setting.ts';

/** Halves the range between the dearest value that breaks an expectation and the cheapest one that breaks none. */
export function bisection(values: number, labelOf: (level: number) => string): Method {
  const rangeOf = (settings: readonly Setting[]) => {
    const least = Math.min(values, ...settings.filter(({ keeps }) => keeps).map(({ row: [level] }) => level));
    const failing = settings.filter(({ keeps, row: [level] }) => !keeps && level < least);
    return { least, greatest: Math.max(-1, ...failing.map(({ row: [level] }) => level)) };
  };
  return {
    name: 'bisection',
    first: () => (values === 1 ? [[0]] : [[values - 1], [Math.floor((values - 1) / 2)]]),
    next(settings) {
      const { least, greatest } = rangeOf(settings);
      const known = new Set(settings.map(({ row }) => keyOf(row)));
      // None that was run keeps them: the dearer ones are left.
      const level = least === values && greatest < values - 1 ? values - 1 : Math.floor((least + greatest) / 2);
      return level <= greatest || level >= least || known.has(keyOf([level])) ? undefined : [level];
    },
    remarks(settings) {
      const { least, greatest } = rangeOf(settings);
      const dearer = settings.filter(({ keeps, row: [level] }) => !keeps && level > least);
      return [
        ...(least < values && greatest >= 0
          ? [`${labelOf(greatest)}, the next cheaper value, breaks an expectation.`]
          : least === 0
            ? ['It is the cheapest value of the list.']
            : []),
        ...dearer.map(
          ({ row: [level] }) =>
            `${labelOf(level)} breaks an expectation although it is dearer: bisection takes it that dearer values keep what cheaper ones do.`,
        ),
      ];
    },
  };
}
