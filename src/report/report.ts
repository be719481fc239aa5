// A report of each job in a folder: charts as SVG and PNG, and one HTML page that stands alone.
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { InputError } from '../lib/errors.ts';
import { charts } from './charts/index.ts';
import { readMarks } from './marks.ts';
import { page } from './page.ts';
import type { PageChart } from './page.ts';
import { findJobs, readJob } from './read.ts';
import { toPng, toSvg } from './render.ts';

/** What was written for one job. */
export interface Report {
  readonly job: string;
  /** Path of the HTML page. */
  readonly page: string;
  /** Paths of all files, the page included. */
  readonly files: readonly string[];
}

/**
 * Writes `report.html` and `charts/<name>.svg` and `.png` for every job at or below `folder`, into the job's own folder or,
 * with `out`, into the same place below that one. Throws an InputError when there are no results, or damaged ones.
 */
export async function makeReport(folder: string, options: { readonly out?: string } = {}): Promise<Report[]> {
  const reports: Report[] = [];
  for (const job of findJobs(folder)) {
    const target = options.out === undefined ? job : join(options.out, relative(folder, job));
    reports.push(await reportJob(job, target));
  }
  return reports;
}

async function reportJob(folder: string, target: string): Promise<Report> {
  const job = readJob(folder);
  const context = { job, marks: readMarks(job) };
  const drawn: PageChart[] = [];
  for (const { name } of charts.members) {
    const drawing = charts.create(name, {}, context);
    if (drawing !== undefined) drawn.push({ name, title: drawing.title, svg: toSvg(drawing, name) });
  }
  const html = page(job, drawn);

  const pictures = join(target, 'charts');
  await mkdir(pictures, { recursive: true });
  // A chart that an earlier report had and this one has not would be mistaken for one of this run.
  const stale = charts.members.filter(({ name }) => !drawn.some((one) => one.name === name));
  for (const { name } of stale) {
    for (const kind of ['svg', 'png']) await rm(join(pictures, `${name}.${kind}`), { force: true });
  }
  const files = await Promise.all(
    drawn.flatMap(({ name, svg }) => [
      write(join(pictures, `${name}.svg`), svg),
      toPng(svg).then((png) => write(join(pictures, `${name}.png`), png)),
    ]),
  );
  return {
    job: folder,
    page: await write(join(target, 'report.html'), html),
    files: [...files, join(target, 'report.html')],
  };
}

async function write(file: string, content: string | Uint8Array): Promise<string> {
  const partial = `${file}.partial`;
  try {
    await writeFile(partial, content);
    await rename(partial, file);
  } catch (error) {
    await rm(partial, { force: true });
    throw new InputError({ file, message: `cannot be written: ${(error as Error).message}` });
  }
  return file;
}
