// The report of many jobs: a chart of each figure as SVG and PNG, and one page that stands alone.
import { readdirSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { PageChart } from '../page.ts';
import { madeBy, toPng, toSvg } from '../render.ts';
import { write } from '../write.ts';
import { writeData } from '../write-data.ts';
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
import { designCharts } from './design-charts.ts';
import { distributionCharts } from './distribution-charts.ts';
import { sweepHeatMaps } from './sweep-heat-maps.ts';
import { regressionCharts } from './regression-charts.ts';
import { seedCharts } from './seed-charts.ts';
import { type NamedDrawing, sweepCharts } from './sweep-charts.ts';
import { violinCharts } from './violin-charts.ts';
import { sweepPage } from './sweep-page.ts';

interface ManyReport {
  /** Path of the page. */
  readonly page: string;
  /** Paths of all files, the page included. */
  readonly files: readonly string[];
}

/** What is written of each chart beside its SVG: a picture for slides; its data as CSV with a specification of Vega-Lite. */
export interface Beside {
  readonly png: boolean;
  readonly data: boolean;
}

/** Writes `report.html` and `charts/<name>.svg` of the sweep in `folder`, there or into `out`. Throws an InputError. */
export async function reportSweep(
  folder: string,
  out = folder,
  beside: Beside = { png: true, data: false },
): Promise<ManyReport> {
  const sweep = readSweep(folder);
  const written = { png: beside.png, dataOf: beside.data ? sweep.version : undefined, made: madeBy(sweep) };
  if (isChaos(folder)) {
    const strikes = readChaos(folder);
    const matrix = { name: 'chaos-matrix', drawing: chaosMatrix(sweep, strikes) };
    return writeReport(out, [matrix], (drawn) => chaosPage(sweep, strikes, drawn), written);
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
    return writeReport(out, [frontier, ...others], (drawn) => sweepPage(sweep, drawn, optimumLead(optimum)), written);
  }
  const experiment = experimentOf(sweep);
  if (experiment !== undefined) {
    return writeReport(out, experiment.charts, (drawn) => sweepPage(sweep, drawn, experiment.lead), written);
  }
  const ofBench = isBench(folder) ? benchCharts(sweep, readBench(folder)) : [];
  const ofCells = () => [
    ...sweepCharts(sweep),
    ...designCharts(sweep),
    ...sweepHeatMaps(sweep),
    ...regressionCharts(sweep),
  ];
  const own = sweep.cells.length > 1 ? ofCells() : seedCharts(sweep);
  const charts = [...ofBench, ...own, ...distributionCharts(sweep), ...violinCharts(sweep)];
  return writeReport(out, charts, (drawn) => sweepPage(sweep, drawn), written);
}

/** Writes the page and the charts of the comparison in `folder` there. Throws an InputError. */
export async function reportComparison(folder: string): Promise<ManyReport> {
  const comparison = readComparison(folder);
  return writeReport(folder, comparisonCharts(comparison), (drawn) => comparisonPage(comparison, drawn), {
    png: true,
    made: comparison.reproduce,
  });
}

interface Written {
  readonly png: boolean;
  /** The version of wavetank that the data is of; undefined where none is asked for. */
  readonly dataOf?: string | undefined;
  /** Stands in each SVG. */
  readonly made: string;
}

/** Draws, and writes pictures and page. Pictures of an earlier report are removed. */
async function writeReport(
  out: string,
  drawings: readonly NamedDrawing[],
  page: (charts: readonly PageChart[]) => string,
  { png, dataOf: version, made }: Written,
): Promise<ManyReport> {
  const pictures = join(out, 'charts');
  await mkdir(pictures, { recursive: true });
  const stale = readdirSync(pictures).filter((name) => /\.(svg|png|csv|vl\.json)$/.test(name));
  await Promise.all(stale.map((name) => rm(join(pictures, name))));
  const charts = drawings.map(({ name, drawing }) => ({ name, title: drawing.title, svg: toSvg(drawing, name, made) }));
  const files: string[] = [];
  for (const { name, svg } of charts) {
    files.push(await write(join(pictures, `${name}.svg`), svg));
    if (png) files.push(await write(join(pictures, `${name}.png`), await toPng(svg)));
  }
  if (version !== undefined)
    for (const one of drawings) files.push(...(await writeData(one.drawing, pictures, one.name, version)));
  const target = await write(join(out, 'report.html'), page(charts));
  return { page: target, files: [...files, target] };
}
