// A line for each group of a table's rows: the groups that come or rank first, each in a colour of its own.
import type { Line } from '../drawing.ts';
import type { LegendEntry } from '../shapes.ts';
import { hue } from '../theme.ts';
import { groupRows } from './chart.ts';

const COLORS = [hue.blue, hue.orange, hue.green, hue.pink, hue.sky, hue.yellow];
/** More groups than these are left out. */
const MOST = COLORS.length;

/** Which groups are shown: those of the greatest worth; undefined: not this one. */
export interface GroupRanking {
  readonly worth: (rows: readonly number[]) => number | undefined;
  /** `busiest`: how the first ones are called. */
  readonly words: string;
}

export interface GroupLines {
  readonly legend: readonly LegendEntry[];
  /** For the subtitle: `the first 6 of 9`; nothing where all groups are shown. */
  readonly more: readonly string[];
  /** By group, of a column. */
  of(values: Float64Array): Line[];
}

/** `names`: the group of each row; `times`: its time, seconds. Undefined without a group. */
export function groupLines(
  names: readonly string[],
  times: Float64Array,
  ranking?: GroupRanking,
): GroupLines | undefined {
  let groups = [...groupRows(names)];
  if (ranking !== undefined) {
    const ranked = groups.flatMap((group) => {
      const worth = ranking.worth(group[1]);
      return worth === undefined ? [] : [{ group, worth }];
    });
    groups = ranked.toSorted((a, b) => b.worth - a.worth).map(({ group }) => group);
  }
  if (groups.length === 0) return undefined;
  const shown = groups.slice(0, MOST).map(([name, rows], at) => ({
    name,
    color: COLORS[at],
    times: Float64Array.from(rows, (row) => times[row]),
    rows,
  }));
  const first = ranking === undefined ? `first ${MOST}` : `${MOST} ${ranking.words}`;
  return {
    legend: shown.map(({ name, color }) => ({ name, color })),
    more: groups.length > MOST ? [`the ${first} of ${groups.length}`] : [],
    of: (values) =>
      shown.map(({ rows, ...line }) => ({ ...line, values: Float64Array.from(rows, (row) => values[row]) })),
  };
}
