// The report of many jobs: a chart of each figure as SVG and PNG, and one page that stands alone.
import { readdirSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { PageChart } from '../page.ts';
import { toPng, toSvg } from '../render.ts';
import { write } from '../write.ts';
import { benchCharts } from './bench-charts.ts';
import { chaosMatrix } from './chaos-matrix.ts';
import { chaosPage } from './chaos-page.ts';
import { comparisonPage } from './comparison-page.ts';
import { counted } from '../../lib/plural.ts';
import { experimentOf } from './experiments.ts';
import { comparisonCharts } from './forest.ts';
import { frontierChart } from './frontier.ts';
import { optimumLead } from './optimum-page.ts';
import { isOptimum, readOptimum } from './read-optimum.ts';
import { isBench, readBench } from './read-bench.ts';
import { isChaos, readChaos } from './read-chaos.ts';
import { readComparison } from './read-comparison.ts';
import { readSweep } from './read-sweep.ts';
import { seedCharts } from './seed-charts.ts';
import { type NamedDrawing, sweepCharts } from './sweep-charts.ts';
import { sweepPage } from './sweep-page.ts';

interface ManyReport {
  /** Path of the page. */
  readonly page: string;
  /** Paths of all files, the page included. */
  readonly files: readonly string[];
}

/** Writes `report.html` and `charts/<name>.svg` and, unless `png` is false, `.png` of the sweep in `folder`, there or into `out`. Throws an InputError. */
export async function reportSweep(folder: string, out = folder, png = true): Promise<ManyReport> {
  const sweep = readSweep(folder);
  if (isChaos(folder)) {
    const strikes = readChaos(folder);
    const matrix = { name: 'chaos-matrix', drawing: chaosMatrix(sweep, strikes) };
    return writeReport(out, [matrix], (drawn) => chaosPage(sweep, strikes, drawn), png);
  }
  if (isOptimum(folder)) {
    const optimum = readOptimum(
      folder,
      sweep.axes.map(({ label }) => label),
    );
    const about = `${sweep.scenario} · ${counted(optimum.rows.length, 'setting')} · up: the least margin of an expectation, as a share of its bound`;
    const frontier = { name: 'frontier', drawing: frontierChart(optimum, about) };
    // On several axes the settings are not a grid: there are no curves.
    const others = sweep.axes.length === 1 ? sweepCharts(sweep) : [];
    return writeReport(out, [frontier, ...others], (drawn) => sweepPage(sweep, drawn, optimumLead(optimum)), png);
  }
  const experiment = experimentOf(sweep);
  if (experiment !== undefined) {
    return writeReport(out, experiment.charts, (drawn) => sweepPage(sweep, drawn, experiment.lead), png);
  }
  const ofBench = isBench(folder) ? benchCharts(sweep, readBench(folder)) : [];
  const charts = [...ofBench, ...(sweep.cells.length > 1 ? sweepCharts(sweep) : seedCharts(sweep))];
  return writeReport(out, charts, (drawn) => sweepPage(sweep, drawn), png);
}

/** Writes the page and the charts of the comparison in `folder` there. Throws an InputError. */
export async function reportComparison(folder: string): Promise<ManyReport> {
  const comparison = readComparison(folder);
  return writeReport(folder, comparisonCharts(comparison), (drawn) => comparisonPage(comparison, drawn), true);
}

/** Draws, and writes pictures and page. Pictures of an earlier report are removed. */
async function writeReport(
  out: string,
  drawings: readonly NamedDrawing[],
  page: (charts: readonly PageChart[]) => string,
  png: boolean,
): Promise<ManyReport> {
  const pictures = join(out, 'charts');
  await mkdir(pictures, { recursive: true });
  const stale = readdirSync(pictures).filter((name) => /\.(svg|png)$/.test(name));
  await Promise.all(stale.map((name) => rm(join(pictures, name))));
  const charts = drawings.map(({ name, drawing }) => ({ name, title: drawing.title, svg: toSvg(drawing, name) }));
  const files: string[] = [];
  for (const { name, svg } of charts) {
    files.push(await write(join(pictures, `${name}.svg`), svg));
    if (png) files.push(await write(join(pictures, `${name}.png`), await toPng(svg)));
  }
  const target = await write(join(out, 'report.html'), page(charts));
  return { page: target, files: [...files, target] };
}
