// Panels of curves with confidence bands as a table, and as a specification of Vega-Lite.
import { type ChartData, colorScale, type Spec } from '../chart-data.ts';
import { hue } from '../theme.ts';
import type { Plot } from './plot.ts';

/** The name, among curves, of values that stand for themselves. */
const SINGLE = 'single runs';

/** A row for each estimate, and one for each single value. Choices that are numbers are drawn as lines with bands, names as dots with whiskers. */
export function plotData({ title, subtitle, xName, ticks, numeric, panels, scale, values }: Plot): ChartData {
  const rows = panels.flatMap(({ name, curves, scatter = [] }) => [
    ...curves.flatMap((curve) =>
      curve.points.flatMap((point, at) =>
        point === undefined
          ? []
          : [[name, curve.name, values?.[at] ?? ticks[at].label, point.mean, point.low, point.high]],
      ),
    ),
    ...scatter.map(({ x, y }) => [name, SINGLE, x, y, y, y]),
  ]);
  const hasSingle = panels.some(({ scatter = [] }) => scatter.length > 0);
  const curves = panels.flatMap((panel) => panel.curves);
  const quantitative = values !== undefined;
  // Choices such as "500ms" keep their order, and are drawn side by side.
  const x = {
    field: 'x',
    title: xName,
    ...(quantitative ? { type: 'quantitative' } : { type: 'ordinal', sort: ticks.map(({ label }) => label) }),
  };
  const y = (field: string): Spec => ({
    field,
    type: 'quantitative',
    title: null,
    ...(scale === 'log' ? { scale: { type: 'log' } } : {}),
  });
  const color = {
    field: 'curve',
    type: 'nominal',
    title: null,
    scale: colorScale(curves),
    ...(curves.some(({ name }) => name !== '') ? {} : { legend: null }),
  };
  const xOffset = numeric || quantitative ? {} : { xOffset: { field: 'curve' } };
  const layer = [
    numeric
      ? { mark: { type: 'area', opacity: 0.18 }, encoding: { x, y: y('low'), y2: { field: 'high' }, color } }
      : { mark: { type: 'rule' }, encoding: { x, y: y('low'), y2: { field: 'high' }, color, ...xOffset } },
    numeric
      ? { mark: { type: 'line', point: !quantitative }, encoding: { x, y: y('mean'), color } }
      : { mark: { type: 'point', filled: true, size: 80 }, encoding: { x, y: y('mean'), color, ...xOffset } },
  ];
  const ofCurves = layer.map((one) => ({ ...one, transform: [{ filter: `datum.curve !== '${SINGLE}'` }] }));
  const single = {
    transform: [{ filter: `datum.curve === '${SINGLE}'` }],
    mark: { type: 'point', filled: true, size: 20, color: hue.grey },
    encoding: { x, y: y('mean') },
  };
  const columns = panels.length === 4 ? 2 : Math.min(3, panels.length);
  const view = {
    width: Math.round(840 / columns) - (columns > 1 ? 40 : 0),
    height: panels.length > columns ? 230 : 340,
    layer: hasSingle ? [single, ...ofCurves] : layer,
  };
  return {
    columns: ['panel', 'curve', 'x', 'mean', 'low', 'high'],
    rows,
    spec: {
      title: { text: title, subtitle },
      ...(panels.length === 1
        ? view
        : {
            facet: { field: 'panel', type: 'nominal', title: null, sort: panels.map(({ name }) => name) },
            columns,
            spec: view,
          }),
    },
  };
}
