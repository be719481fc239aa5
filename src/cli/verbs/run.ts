// `wavetank run`: runs a scenario or plain manifests, writes the results, draws the report, judges the expectations.
import { expandJobs } from '../../scenario/expand.ts';
import type { Job } from '../../scenario/scenario.ts';
import { Interruption } from '../../sweep/interruptible-run.ts';
import { inputFiles } from '../../sweep/input-files.ts';
import { type JobResult, runAndWriteUnless } from '../../sweep/job-results.ts';
import { warmUpWarnings } from '../../sweep/warm-up-check.ts';
import { applicable, inBaseUnits, showActual } from '../../world/expectations.ts';
import { type Families, familySchemas } from '../../world/families.ts';
import { caveatLines } from '../caveat-lines.ts';
import { sampledLines } from '../sampled-lines.ts';
import { colors } from '../colors.ts';
import { withExamples } from '../examples.ts';
import { interruptible } from '../interruption.ts';
import { printInterruption } from '../interrupted-run.ts';
import { makeReport } from '../lazy-report.ts';
import { measuredAsJson } from '../job-json.ts';
import { type ManyArguments, manyOptions, readMany } from '../many-options.ts';
import { reproduceJob } from '../reproduce-job.ts';
import { shown } from '../shown-path.ts';
import { programHash, version } from '../../library/package.ts';
import { type Extensions, loadExtensions } from '../../library/plugins.ts';
import { wrap } from '../lines.ts';
import { progress } from '../progress.ts';
import { load, type ScenarioArguments, scenarioOptions, wholeNumber } from '../scenario-options.ts';
import { summaryTable } from '../summary-table.ts';
import { table } from '../table.ts';
import { readUntil, type UntilArguments, untilOptions } from '../until.ts';
import type { Verb } from '../verb.ts';

interface RunArguments extends ScenarioArguments, ManyArguments, UntilArguments {}

export const run: Verb<RunArguments> = {
  builder: (argv) =>
    withExamples(untilOptions(manyOptions(scenarioOptions(argv))), [
      ['a packaged scenario', 'wavetank run hello'],
      ['plain manifests', 'wavetank run deployment.yaml --nodes 3 --duration 10m'],
      ['what a cluster runs', 'kubectl get deploy,svc -o yaml | wavetank run -'],
      ['five seeds with one field changed', 'wavetank run shop.yaml --seeds 5 --set spec.traffic[0].timeout=1s'],
      [
        'a field of an object, by its JSON pointer',
        'wavetank run shop.yaml --set Deployment/shop/web:/spec/replicas=12',
      ],
      ['as many seeds as the 99th percentile needs', "wavetank run shop.yaml --until 'requests.p99 ± 2%'"],
      ['requests sampled until figures are known to 2 %', 'wavetank run shop.yaml --error 2%'],
      ['ten requests from end to end, for Jaeger and ui.perfetto.dev', 'wavetank run hello --traces 10'],
      ['your own balancer', 'wavetank run hello --plugin mine.mjs --set spec.network.balancer=Mine'],
    ]),
  handler: async (given) => {
    // Also where there is one job, which has no use for most of them.
    readMany(given, []);
    const extensions = await loadExtensions(given.plugin);
    const { families } = extensions;
    const wanted = readUntil(given);
    const loaded = load(given, families, wanted === undefined ? {} : { measure: wanted.measure });
    const until = wanted?.plan(loaded);
    const seeds = until?.seeds ?? wholeNumber('seeds', given.seeds, 1);
    const options = { families: familySchemas(families), base: true, ...(seeds === undefined ? {} : { seeds }) };
    const jobs = expandJobs(loaded, options);
    if (jobs.length === 1) {
      await runAlone(jobs[0], given, extensions);
      return;
    }
    const { runAll } = await import('../many.ts');
    const { exitCodeOfMany, printFailures, printMany } = await import('../many-print.ts');
    const { printJson } = await import('../many-json.ts');
    const many = await runAll(jobs, given, loaded, { verb: 'run', more: [], until });
    if (given.json === true) printJson(many);
    else printMany(many);
    printFailures(many);
    process.exitCode = exitCodeOfMany(many);
  },
};

async function runAlone(job: Job, given: RunArguments, { families, charts }: Extensions): Promise<void> {
  let result: JobResult;
  try {
    result = await interruptible((stop) => runOne(stop, job, given, families));
  } catch (error) {
    if (!(error instanceof Interruption)) throw error;
    printInterruption(error, job, given.json === true);
    return;
  }
  const [report] = given.report ? await makeReport(result.folder, { charts }) : [];
  const checked = { values: [], scenario: job.loaded.scenario, results: [result] };
  for (const line of warmUpWarnings([checked], false)) process.stderr.write(`warning: ${line}\n`);
  const verdicts = applicable(result.verdicts);
  if (given.json === true) process.stdout.write(`${JSON.stringify(asJson(result))}\n`);
  else print(result, report?.page);
  if (verdicts.some((verdict) => !verdict.pass)) process.exitCode = 1;
}

async function runOne(stop: AbortSignal, job: Job, given: RunArguments, families: Families): Promise<JobResult> {
  const bar = progress(job.loaded.scenario.name, given.json !== true);
  const reproduce = reproduceJob(given, job);
  try {
    return await runAndWriteUnless(stop, job, {
      out: given.out,
      check: given.check === true,
      families,
      version: version(),
      program: programHash(),
      inputs: inputFiles(job.loaded, given.files),
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

function asJson(result: JobResult) {
  return {
    job: result.job.id,
    seed: result.job.seed,
    ...measuredAsJson(result),
    pending: result.pending,
    refused: result.refused,
    expect: applicable(result.verdicts).map((verdict) => ({
      text: verdict.expectation.text,
      actual: inBaseUnits(verdict),
      pass: verdict.pass,
    })),
  };
}

/** Reasons of pending pods that are printed. */
const MOST_REASONS = 5;

/** Who has no node, and why. */
function pendingLines({ pending }: JobResult): string[] {
  if (pending.length === 0) return [];
  const { bold, dim } = colors(process.stdout);
  const total = pending.reduce((sum, group) => sum + group.pods, 0);
  const width = process.stdout.columns ?? 120;
  const lines = [bold(`${total} ${total === 1 ? 'pod has' : 'pods have'} no node at the end:`)];
  for (const { message, pods, example } of pending.slice(0, MOST_REASONS)) {
    const who = pods === 1 ? example : `${example} and ${pods - 1} more`;
    lines.push(
      `  ${who}`,
      ...wrap(message, width - 4)
        .split('\n')
        .map((line) => `    ${line}`),
    );
  }
  if (pending.length > MOST_REASONS) lines.push(`  … and others for ${pending.length - MOST_REASONS} more reasons`);
  lines.push(dim(`  \`wavetank explain … --pod ${pending[0].example}\` says what each node lacks.`));
  return ['', ...lines];
}

/** Commands of the timeline that did not happen. */
function refusedLines({ refused }: JobResult): string[] {
  if (refused.length === 0) return [];
  const { bold } = colors(process.stdout);
  const width = process.stdout.columns ?? 120;
  const head = `${refused.length} ${refused.length === 1 ? 'command' : 'commands'} of the timeline ${refused.length === 1 ? 'was' : 'were'} refused, or had not ended:`;
  const lines = refused.flatMap((one) => wrap(one, width - 2).split('\n'));
  return ['', bold(head), ...lines.map((line) => `  ${line}`)];
}

function print(result: JobResult, page: string | undefined): void {
  const { job, folder, summary, events, wallSeconds, verdicts } = result;
  const { bold, dim, green, red } = colors(process.stdout);
  const speed = (events / wallSeconds / 1e6).toFixed(2);
  const out: string[] = [
    `${bold(summary.scenario)}  seed ${job.seed}, ${summary.duration_seconds} s simulated in ${wallSeconds.toFixed(1)} s ${dim(`(${speed} million events per second)`)}`,
    '',
    ...caveatLines(result.caveats),
    ...sampledLines(result.sampled),
    summaryTable(summary),
    ...pendingLines(result),
    ...refusedLines(result),
  ];
  const judged = applicable(verdicts);
  if (judged.length > 0) {
    const rows = judged.map((verdict) => [
      verdict.pass ? green('ok') : red('FAILED'),
      verdict.expectation.text,
      showActual(verdict),
    ]);
    out.push('', table(['', 'expected', 'actual'], rows));
  }
  out.push('', `Results: ${shown(folder)}`);
  if (page !== undefined) out.push(`Report:  ${shown(page)}`);
  const { scenario } = job.loaded;
  if (scenario.sweep.length > 0) {
    const cells = scenario.sweep.reduce((product, axis) => product * axis.values.length, 1);
    out.push(dim(`This is the scenario as it stands; \`wavetank sweep\` runs the ${cells} cells of its axes.`));
  }
  if (scenario.bench.length > 0) {
    out.push(
      dim(`This is the scenario as it stands; \`wavetank bench\` compares its ${scenario.bench.length} variants.`),
    );
  }
  process.stdout.write(`${out.join('\n')}\n`);
}
