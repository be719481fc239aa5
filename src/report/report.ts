// A report of each job in a folder: charts as SVG and PNG, and one HTML page that stands alone.
import { mkdir, rm } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { charts as builtInCharts } from './charts/index.ts';
import { InputError } from '../lib/errors.ts';
import { PluginError, thrown } from '../lib/plugin-error.ts';
import type { Drawing } from './drawing.ts';
import { readMarks } from './marks.ts';
import { markdown } from './narrative/markdown.ts';
import { narrate } from './narrative/narrative.ts';
import { page } from './page.ts';
import type { PageChart } from './page.ts';
import { isSweep } from './many/read-sweep.ts';
import { reportSweep } from './many/report.ts';
import { findJobs, readJob } from './read.ts';
import { madeBy, toPng, toSvg } from './render.ts';
import { write } from './write.ts';
import { writeData } from './write-data.ts';

/** What was written for one job. */
export interface Report {
  readonly job: string;
  /** Path of the HTML page. */
  readonly page: string;
  /** Path of the incident summary, where one was asked for. */
  readonly summary?: string;
  /** Paths of all files, the page and the summary included. */
  readonly files: readonly string[];
}

export interface ReportOptions {
  /** Instead of the jobs' own folders. */
  readonly out?: string;
  /** Also writes `incident.md`: what happened, as Markdown for a post-mortem. */
  readonly markdown?: boolean | undefined;
  /** Each chart also as a slide of 1920 × 1080, which is most of the work of a report. Default: true. */
  readonly png?: boolean | undefined;
  /** Of each chart also its data as CSV, and a specification of Vega-Lite that draws it. Default: false. */
  readonly data?: boolean | undefined;
  /** The charts to draw, in the order of the page. */
  readonly charts?: typeof builtInCharts | undefined;
}

/**
 * Writes `report.html` and `charts/<name>.svg` and `.png` for every job at or below `folder`, into the job's own folder or,
 * with `out`, into the same place below that one. Of a sweep, of several seeds, of a bench and of chaos one report of all jobs is written; each job's own is asked for by its
 * folder. Throws an InputError when there are no results, or damaged ones.
 */
export async function makeReport(folder: string, options: ReportOptions = {}): Promise<Report[]> {
  const reports: Report[] = [];
  for (const below of ['.', 'seeds', 'bench', 'chaos']) {
    const indexed = join(folder, below);
    if (!isSweep(indexed)) continue;
    if (options.markdown === true) {
      const message =
        'has the results of several jobs, expected the folder of one, as seed-1: an incident is of one job';
      throw new InputError({ file: folder, message });
    }
    const index = await reportSweep(indexed, options.out === undefined ? undefined : join(options.out, below), {
      png: options.png !== false,
      data: options.data === true,
    });
    reports.push({ job: indexed, page: index.page, files: index.files });
  }
  if (reports.length > 0) return reports;
  for (const job of findJobs(folder)) {
    const target = options.out === undefined ? job : join(options.out, relative(folder, job));
    reports.push(await reportJob(job, target, options));
  }
  return reports;
}

/** The drawing of a chart from outside may be one that cannot be rendered. */
function svgOf(drawing: Drawing, name: string, file: string | undefined, made: string): string {
  if (file === undefined) return toSvg(drawing, name, made);
  try {
    return toSvg(drawing, name, made);
  } catch (error) {
    throw new PluginError({ file, member: name }, 'create', `returned what cannot be drawn: ${thrown(error)}`);
  }
}

async function reportJob(folder: string, target: string, options: ReportOptions): Promise<Report> {
  const { charts = builtInCharts, png: slides = true } = options;
  const job = readJob(folder);
  const context = { job, marks: readMarks(job) };
  const drawn: (PageChart & { readonly drawing: Drawing })[] = [];
  for (const { name, file } of charts.members) {
    const drawing = charts.create(name, {}, context);
    if (drawing === undefined) continue;
    drawn.push({ name, title: drawing.title, svg: svgOf(drawing, name, file, madeBy(job.run)), drawing });
  }
  const narrative = narrate(job);
  const html = page(job, drawn, narrative);

  const pictures = join(target, 'charts');
  await mkdir(pictures, { recursive: true });
  // A picture that an earlier report had and this one has not would be mistaken for one of this run.
  for (const { name } of charts.members) {
    const redrawn = drawn.some((one) => one.name === name);
    if (!redrawn) await rm(join(pictures, `${name}.svg`), { force: true });
    if (!redrawn || !slides) await rm(join(pictures, `${name}.png`), { force: true });
    for (const end of ['csv', 'vl.json']) await rm(join(pictures, `${name}.${end}`), { force: true });
  }
  const files = await Promise.all(
    drawn.flatMap(({ name, svg }) => [
      write(join(pictures, `${name}.svg`), svg),
      ...(slides ? [toPng(svg).then((png) => write(join(pictures, `${name}.png`), png))] : []),
    ]),
  );
  if (options.data === true) {
    for (const { name, drawing } of drawn) files.push(...(await writeData(drawing, pictures, name, job.run.version)));
  }
  const written = { job: folder, page: await write(join(target, 'report.html'), html) };
  if (options.markdown !== true) return { ...written, files: [...files, written.page] };
  const linked = drawn.map(({ name, title }) => ({ name, title, picture: `charts/${name}.${slides ? 'png' : 'svg'}` }));
  const summary = await write(join(target, 'incident.md'), markdown(job, narrative, linked));
  return { ...written, summary, files: [...files, written.page, summary] };
}
