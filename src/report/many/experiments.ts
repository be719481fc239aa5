// What designed experiments say, read from effects.csv or sensitivity.csv: a chart and a table for each figure.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { group } from 'd3-array';
import { areNoShares, TOO_FEW_POINTS } from '../../lib/variance-shares.ts';
import { type Format, formatRatio } from '../format.ts';
import { type Html, html, raw } from '../html.ts';
import { readTable } from '../read.ts';
import { hue } from '../theme.ts';
import { intervalRows, type IntervalMark } from './interval-rows.ts';
import type { Sweep } from './read-sweep.ts';
import { seedsOf } from './seeds-of.ts';
import { formatOf, type NamedDrawing } from './sweep-charts.ts';

const MOST_CHARTS = 12;
const MOST_ROWS = 20;

export interface Experiment {
  readonly charts: readonly NamedDrawing[];
  readonly lead: Html;
}

/** Undefined for the results of anything else. Throws an InputError for files that are not what wavetank writes. */
export function experimentOf(sweep: Sweep): Experiment | undefined {
  if (existsSync(join(sweep.folder, 'sensitivity.csv'))) return sensitivityOf(sweep);
  return existsSync(join(sweep.folder, 'effects.csv')) ? effectsOf(sweep) : undefined;
}

interface Row {
  readonly figure: string;
  readonly unit: string;
  readonly name: string;
  readonly marks: readonly IntervalMark[];
  /** Of the table. */
  readonly cells: readonly string[];
}

interface Wording {
  readonly title: (figure: string) => string;
  readonly about: string;
  readonly below: string;
  readonly legend: readonly { readonly name: string; readonly color: string }[];
  readonly heads: readonly string[];
  readonly note: string;
  readonly format?: Format;
  /** The values are shares of the variance. */
  readonly shares?: boolean;
}

function sensitivityOf(sweep: Sweep): Experiment {
  const table = readTable(join(sweep.folder, 'sensitivity.csv'));
  const [figure, unit, axis, method] = ['figure', 'unit', 'axis', 'method'].map((name) => table.text(name));
  const [mu, absolute, low, high, sigma] = ['', '_absolute', '_absolute_low', '_absolute_high', '_deviation'].map(
    (name) => table.numbers(`effect${name}`),
  );
  const [first, firstLow, firstHigh] = ['', '_low', '_high'].map((name) => table.numbers(`first_order${name}_ratio`));
  const [total, totalLow, totalHigh] = ['', '_low', '_high'].map((name) => table.numbers(`total${name}_ratio`));
  const sobol = method[0] === 'sobol';
  const rows = axis.map((name, at): Row => {
    const format = formatOf({ unit: unit[at] });
    const show = (value: number) => format(Number(value.toPrecision(3))).replace('-', '−');
    const share = (value: number) => formatRatio(value).replace('-', '−');
    const within = (value: number, least: number, most: number) =>
      Number.isNaN(least) ? share(value) : `${share(value)} (${share(least)} to ${share(most)})`;
    const marks = sobol
      ? [
          { value: first[at], low: firstLow[at], high: firstHigh[at], color: hue.blue },
          { value: total[at], low: totalLow[at], high: totalHigh[at], color: hue.orange },
        ]
      : [{ value: absolute[at], low: low[at], high: high[at], color: hue.blue }];
    const cells = sobol
      ? [within(first[at], firstLow[at], firstHigh[at]), within(total[at], totalLow[at], totalHigh[at])]
      : [show(absolute[at]), show(mu[at]), show(sigma[at])];
    return { figure: figure[at], unit: unit[at], name, marks, cells };
  });
  return experiment(sweep, rows, {
    title: (name) => `Sensitivity: ${name}`,
    about: sobol ? 'Sobol’s indices with 95 % intervals' : 'elementary effects (Morris) with 95 % intervals',
    below: sobol ? 'share of the variance' : 'mean absolute change from one end of the axis to the other',
    legend: sobol
      ? [
          { name: 'of the axis alone', color: hue.blue },
          { name: 'together with others', color: hue.orange },
        ]
      : [],
    heads: sobol ? ['first order', 'total'] : ['µ*', 'µ', 'σ'],
    note: sobol
      ? 'Shares of the variance of the figure over all choices on the axes: of the axis alone, and with all that it does together with others.'
      : 'µ*: mean absolute change of the figure from one end of the axis to the other; µ: the same with its sign; σ: how much it depends on where, and on the other axes.',
    ...(sobol ? { format: formatRatio, shares: true } : {}),
  });
}

function effectsOf(sweep: Sweep): Experiment {
  const table = readTable(join(sweep.folder, 'effects.csv'));
  const [figure, unit, name, aliases] = ['figure', 'unit', 'effect_of', 'aliases'].map((one) => table.text(one));
  const [effect, low, high] = ['effect', 'effect_low', 'effect_high'].map((one) => table.numbers(one));
  const p = table.numbers('p_value_adjusted_ratio');
  const rows = name.map((one, at): Row => {
    const format = formatOf({ unit: unit[at] });
    const color = p[at] <= 0.05 ? hue.blue : hue.grey;
    const show = (value: number) => format(Number(value.toPrecision(3))).replace('-', '−');
    const chance = Number.isNaN(p[at]) ? '–' : String(Number(p[at].toPrecision(2)));
    const marks = [{ value: effect[at], low: low[at], high: high[at], color }];
    return { figure: figure[at], unit: unit[at], name: one, marks, cells: [show(effect[at]), chance, aliases[at]] };
  });
  return experiment(sweep, rows, {
    title: (one) => `Effects: ${one}`,
    about: `two-level design, ${seedsOf(sweep)}, 95 % intervals`,
    below: 'last value of the axis less the first',
    legend: [
      { name: 'shown (Holm, 5 %)', color: hue.blue },
      { name: 'may be chance', color: hue.grey },
    ],
    heads: ['effect', 'p (Holm)', 'cannot be told from'],
    note: 'The mean at the last value of an axis less that at the first; of two axes, where both are alike less where they are not.',
  });
}

function experiment(sweep: Sweep, rows: readonly Row[], words: Wording): Experiment {
  const sorted = rows.toSorted((a, b) => size(b) - size(a));
  const figures = [...group(sorted, ({ figure }) => figure)];
  const titleOf = (figure: string) => sweep.figures.find(({ column }) => column === figure)?.title ?? figure;
  const charts = figures.slice(0, MOST_CHARTS).map(([figure, own]): NamedDrawing => {
    const drawing = intervalRows({
      title: words.title(titleOf(figure)),
      about: `${sweep.scenario} · ${sweep.cells.length} cells · ${words.about}`,
      // Of colours that are there.
      legend: words.legend.filter(({ color }) => own.some(({ marks }) => marks.some((mark) => mark.color === color))),
      rows: own.slice(0, MOST_ROWS),
      format: words.format ?? formatOf(own[0]),
      below: words.below,
    });
    return { name: figure.replaceAll(/[^A-Za-z0-9]+/g, '-').toLowerCase(), drawing };
  });
  const tables = figures.map(
    ([figure, own]) =>
      html`<h3>${titleOf(figure)}</h3><div class="wide"><table><thead><tr><th>axis</th>${words.heads.map((head) => html`<th class="number">${head}</th>`)}</tr></thead><tbody>${own.map(
        ({ name, cells }) =>
          html`<tr><td>${name}</td>${cells.map((cell) => html`<td class="number">${cell}</td>`)}</tr>`,
      )}</tbody></table></div>`,
  );
  const none = words.shares === true && rows.some(({ marks: [alone, together] }) => areNoShares(alone, together));
  const remark = none ? html`<p class="fail">${TOO_FEW_POINTS}</p>` : raw('');
  return { charts, lead: html`<p class="muted">${words.note}</p>${remark}${tables}` };
}

function size({ marks }: Row): number {
  return Math.abs(marks[marks.length - 1].value);
}
