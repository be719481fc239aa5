// Heat maps of a sweep with two axes of several choices: the first figures over both, facets for the other axes.
import { seedsOf } from './seeds-of.ts';
import { heatMap } from './heat-map.ts';
import type { Sweep } from './read-sweep.ts';
import { ascending, axesOf, rolesOf } from './roles.ts';
import { combinations, estimatesOf, figuresOf, formatOf, isGrid, keyOf, type NamedDrawing } from './sweep-charts.ts';

/** With fewer choices curves say it better. */
const FEWEST = 3;
const MOST_CHARTS = 4;
const MOST_PANELS = 6;
/** Shades go by the logarithm when the greatest mean is this many times the least. */
const WIDE = 8;

export function sweepHeatMaps(sweep: Sweep): NamedDrawing[] {
  const axes = axesOf(sweep);
  const across = rolesOf(axes)?.x;
  const up = axes
    .filter((axis) => axis !== across && axis.values.length >= FEWEST)
    .toSorted((a, b) => b.values.length - a.values.length)
    .at(0);
  if (across === undefined || up === undefined || across.values.length < FEWEST) return [];
  if (!isGrid(sweep)) return [];
  const others = axes.filter((axis) => axis !== across && axis !== up);
  return figuresOf(sweep)
    .flatMap((figure) => {
      const estimates = estimatesOf(sweep, figure.column);
      const means = [...estimates.values()].map(({ mean }) => mean);
      const least = Math.min(...means);
      if (means.every((mean) => mean === means[0])) return [];
      const log = figure.unit !== 'ratio' && least > 0 && Math.max(...means) / least >= WIDE;
      const drawing = heatMap({
        title: `${figure.title}, over two axes`,
        subtitle: [
          sweep.scenario,
          sweep.seeds === 1 ? 'one seed' : `mean of ${seedsOf(sweep)}`,
          ...(log ? ['shades by the logarithm'] : []),
        ].join(' · '),
        across: ascending(across),
        up: ascending(up),
        panels: combinations(others)
          .slice(0, MOST_PANELS)
          .map((panel) => ({
            name: panel.map(([{ label }, value]) => `${label} ${value}`).join(', '),
            valueAt: (x, y) => {
              const choices = new Map(panel.map(([axis, choice]) => [axis.path, choice] as const));
              return estimates.get(keyOf(sweep, choices.set(across.path, x).set(up.path, y)))?.mean;
            },
          })),
        format: formatOf(figure),
        log,
      });
      const name = `${figure.column.replaceAll(/[^A-Za-z0-9]+/g, '-').toLowerCase()}-heat-map`;
      return [{ name, drawing }];
    })
    .slice(0, MOST_CHARTS);
}
