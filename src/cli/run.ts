// `wavetank run`: runs a scenario or plain manifests, writes the results, draws the report, judges the expectations.
import { relative } from 'node:path';
import type { CommandModule } from 'yargs';
import { mean } from 'd3-array';
import { InputError } from '../lib/errors.ts';
import { expandJobs } from '../scenario/expand.ts';
import type { Job } from '../scenario/scenario.ts';
import { type JobResult, runAndWrite } from '../sweep/job-results.ts';
import { inBaseUnits, judgeOverSeeds, showActual, type Verdict } from '../world/expectations.ts';
import { type Families, familySchemas } from '../world/families.ts';
import { colors } from './colors.ts';
import { makeReport } from './lazy-report.ts';
import { version } from './package.ts';
import { loadFamilies } from './plugins.ts';
import { progress } from './progress.ts';
import { load, retype, type ScenarioArguments, scenarioOptions, wholeNumber } from './scenario-options.ts';
import { summaryTable } from './summary-table.ts';
import { table } from './table.ts';

interface RunArguments extends ScenarioArguments {
  readonly seeds?: string;
  readonly out: string;
  readonly check?: boolean;
  readonly json?: boolean;
  readonly report: boolean;
}

export const run: CommandModule<object, RunArguments> = {
  command: 'run <files..>',
  describe: 'Run a scenario or plain manifests',
  builder: (argv) =>
    scenarioOptions(argv)
      .option('seeds', {
        describe: 'run this many seeds, from the first one upwards',
        type: 'string',
        requiresArg: true,
      })
      .option('out', { describe: 'folder of the results', type: 'string', default: 'results', requiresArg: true })
      .option('check', { describe: 'watch the invariants while it runs', type: 'boolean' })
      .option('json', { describe: 'one JSON object on standard output and nothing else there', type: 'boolean' })
      .option('report', {
        describe: 'draw the charts and the page; --no-report leaves them out',
        type: 'boolean',
        default: true,
      })
      .example('$0 run hello', 'a packaged scenario')
      .example('$0 run deployment.yaml --nodes 3 --duration 10m', 'plain manifests')
      .example('kubectl get deploy,svc -o yaml | $0 run -', 'what a cluster has')
      .example(
        '$0 run shop.yaml --seeds 5 --set spec.traffic[0].timeout=1s',
        'five seeds with one field changed',
      ) as never,
  handler: async (given) => {
    if (given.out === '') throw new InputError('--out: expected a folder, got ""');
    const families = await loadFamilies(given.plugin);
    const loaded = load(given, families);
    const seeds = wholeNumber('seeds', given.seeds, 1);
    const jobs = expandJobs(loaded, { families: familySchemas(families), ...(seeds === undefined ? {} : { seeds }) });
    const results: JobResult[] = [];
    for (const job of jobs) results.push(runOne(job, jobs.length, given, families));
    const pages = given.report ? await drawReports(results) : [];
    const verdicts = judgeOverSeeds(results.map((result) => result.verdicts));
    if (given.json === true) process.stdout.write(`${JSON.stringify(asJson(results, verdicts))}\n`);
    else print(results, verdicts, pages);
    if (verdicts.some((verdict) => !verdict.pass)) process.exitCode = 1;
  },
};

function runOne(job: Job, jobs: number, given: RunArguments, families: Families): JobResult {
  const { scenario } = job.loaded;
  const bar = progress(jobs === 1 ? scenario.name : `${scenario.name} ${job.id}`, given.json !== true);
  const reproduce = `wavetank run ${retype(given)} --seed ${job.seed}${sweepWords(job)}${job.loaded.scenario.seeds > 1 ? ' --seeds 1' : ''}${given.check === true ? ' --check' : ''}`;
  try {
    return runAndWrite(job, {
      out: given.out,
      check: given.check === true,
      families,
      version: version(),
      file: given.files.join(' '),
      reproduce,
      onProgress: (done, events) => bar.update(done, events),
    });
  } catch (error) {
    if (error instanceof Error && error.name === 'RunFailure') error.message += `\n  reproduce: ${reproduce}`;
    throw error;
  } finally {
    bar.stop();
  }
}

function sweepWords(job: Job): string {
  return job.axes.map(({ path, value }) => ` --set '${path}=${JSON.stringify(value)}'`).join('');
}

async function drawReports(results: readonly JobResult[]): Promise<string[]> {
  const pages: string[] = [];
  for (const { folder } of results) for (const { page } of await makeReport(folder)) pages.push(page);
  return pages;
}

function asJson(results: readonly JobResult[], verdicts: readonly Verdict[]) {
  const one = (result: JobResult) => ({
    job: result.job.id,
    seed: result.job.seed,
    figures: result.summary,
    digest: result.digest,
    events: result.events,
    wall_s: Number(result.wallSeconds.toFixed(3)),
    peak_rss_mib: Math.round(result.peakRssMib),
    results: result.folder,
  });
  const expect = verdicts.map((verdict) => ({
    text: verdict.expectation.text,
    actual: inBaseUnits(verdict),
    pass: verdict.pass,
  }));
  if (results.length === 1) return { ...one(results[0]), expect };
  return {
    jobs: results.map(one),
    expect,
    events: results.reduce((sum, { events }) => sum + events, 0),
    wall_s: Number(results.reduce((sum, { wallSeconds }) => sum + wallSeconds, 0).toFixed(3)),
    peak_rss_mib: Math.round(Math.max(...results.map(({ peakRssMib }) => peakRssMib))),
  };
}

function print(results: readonly JobResult[], verdicts: readonly Verdict[], pages: readonly string[]): void {
  const { bold, dim, green, red } = colors(process.stdout);
  const [{ job, summary }] = results;
  const seeds = results.length === 1 ? `seed ${job.seed}` : `${results.length} runs`;
  const speed = mean(results, ({ events, wallSeconds }) => events / wallSeconds) ?? 0;
  const wall = results.reduce((sum, { wallSeconds }) => sum + wallSeconds, 0);
  const out: string[] = [
    `${bold(summary.scenario)}  ${seeds}, ${summary.duration_seconds} s simulated in ${wall.toFixed(1)} s ${dim(`(${(speed / 1e6).toFixed(2)} million events a second)`)}`,
    '',
    summaryTable(results.map((result) => result.summary)),
  ];
  if (verdicts.length > 0) {
    const rows = verdicts.map((verdict) => [
      verdict.pass ? green('ok') : red('FAILED'),
      verdict.expectation.text,
      showActual(verdict),
    ]);
    out.push('', table(['', 'expected', 'actual'], rows));
  }
  const folders = results.map(({ folder }) => shown(folder));
  out.push(
    '',
    `Results: ${folders.length > 3 ? `${folders.slice(0, 2).join(', ')} … ${folders.at(-1)}` : folders.join(', ')}`,
  );
  if (pages.length > 0)
    out.push(`Report:  ${shown(pages[0])}${pages.length > 1 ? ` and ${pages.length - 1} more` : ''}`);
  const notes = job.loaded.ignored.length;
  if (notes > 0)
    out.push(dim(`${notes} fields of the input have no effect on the simulation; \`wavetank validate\` lists them.`));
  process.stdout.write(`${out.join('\n')}\n`);
}

function shown(path: string): string {
  const short = relative(process.cwd(), path);
  return short.startsWith('..') ? path : short;
}
