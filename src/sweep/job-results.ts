// One job: run it, write what it leaves behind, say what came out.
import { cpus } from 'node:os';
import type { SampledRecord } from '../metrics/sampled-record.ts';
import { sampledNotes } from '../world/sampled-report.ts';
import { counted } from '../lib/plural.ts';
import { formatProblem } from '../lib/errors.ts';
import { jobFolder } from '../results/paths.ts';
import type { InputFile, Machine } from '../results/run-record.ts';
import { summaryLine } from '../results/summaries.ts';
import { openResults, type ResultsWriter } from '../results/writer.ts';
import type { Job } from '../scenario/scenario.ts';
import { applicable, inBaseUnits, showActual, showDuration } from '../world/expectations.ts';
import { type FinishedRun, runJob, type SimulationOptions, writeTables } from '../world/run.ts';
import type { Row } from '../metrics/catalogue.ts';
import type { PendingPods } from '../world/pending.ts';
import type { Verdict } from '../world/expectations.ts';
import { traceFiles } from '../world/traced/export/trace-files.ts';
import { runUnless } from './interruptible-run.ts';
import { trafficNotes } from './traffic-notes.ts';

export interface JobOptions extends SimulationOptions, WriteOptions {}

/** What is to be known of a run beside what came out. */
export interface WriteOptions {
  /** The folder that results/<scenario>/<job> is made in. */
  readonly out: string;
  readonly version: string;
  /** Hash of the program. */
  readonly program: string;
  readonly inputs: readonly InputFile[];
  /** As given on the command line, and the command that runs this job again. */
  readonly file: string;
  readonly reproduce: string;
  /** Called with what the run left in memory, once the files are written. */
  readonly onOutcome?: (outcome: FinishedRun) => void;
}

export interface JobResult {
  readonly job: Job;
  readonly folder: string;
  readonly digest: string;
  readonly events: number;
  readonly wallSeconds: number;
  readonly peakRssMib: number;
  readonly summary: Row<'summary'>;
  readonly verdicts: readonly Verdict[];
  readonly pending: readonly PendingPods[];
  readonly refused: readonly string[];
  readonly caveats: readonly string[];
  /** Of a run that was just made, where requests were to be sampled. */
  readonly sampled?: SampledRecord | undefined;
}

/** Runs a job and writes its results: complete, or not at all. */
export function runAndWrite(job: Job, options: JobOptions): JobResult {
  const results = openResults(folderOf(job, options));
  try {
    const started = performance.now();
    return complete(job, runJob(job, options), started, options, results);
  } catch (error) {
    results.abort();
    throw error;
  }
}

/** The same for a process that listens to signals: what is thrown when one comes is an Interruption, and no results are written. */
export async function runAndWriteUnless(stop: AbortSignal, job: Job, options: JobOptions): Promise<JobResult> {
  const results = openResults(folderOf(job, options));
  try {
    const started = performance.now();
    return complete(job, await runUnless(stop, job, options), started, options, results);
  } catch (error) {
    results.abort();
    throw error;
  }
}

/** Writes what a run that somebody else has driven left: complete, or not at all. `started`: as `performance.now()` has it. */
export function writeRun(job: Job, outcome: FinishedRun, started: number, options: WriteOptions): JobResult {
  const results = openResults(folderOf(job, options));
  try {
    return complete(job, outcome, started, options, results);
  } catch (error) {
    results.abort();
    throw error;
  }
}

function machine(): Machine {
  const { version: node, platform, arch } = process;
  return { node, platform, arch, processor: cpus()[0]?.model.trim() ?? '' };
}

/** Runs a job of which only the summary is kept; gives its line. */
export function runAndSummarise(job: Job, options: JobOptions): string {
  const started = performance.now();
  const outcome = runJob(job, options);
  const wallSeconds = (performance.now() - started) / 1000;
  const run = {
    ...record(job, outcome, options),
    wall_s: Number(wallSeconds.toFixed(3)),
    peak_rss_mib: Math.round(process.resourceUsage().maxRSS / 1024),
  };
  return summaryLine(run, outcome.summary);
}

function folderOf(job: Job, { out }: WriteOptions): string {
  return jobFolder(out, job.loaded.scenario.name, job.id);
}

function complete(
  job: Job,
  outcome: FinishedRun,
  started: number,
  options: WriteOptions,
  results: ResultsWriter,
): JobResult {
  const wallSeconds = (performance.now() - started) / 1000;
  const peakRssMib = process.resourceUsage().maxRSS / 1024;
  writeTables(outcome, results);
  const { startSeconds } = job.loaded.scenario;
  const traces = traceFiles(outcome.world, { seed: job.seed, startSeconds, version: options.version });
  for (const { file, text } of traces) results.attach(file, text);
  results.complete({
    ...record(job, outcome, options),
    wall_s: Number(wallSeconds.toFixed(3)),
    peak_rss_mib: Math.round(peakRssMib),
    machine: machine(),
  });
  options.onOutcome?.(outcome);
  const { digest, events, summary, verdicts, pending, refused, caveats, sampled } = outcome;
  const folder = folderOf(job, options);
  return {
    job,
    folder,
    digest,
    events,
    wallSeconds,
    peakRssMib,
    summary,
    verdicts,
    pending,
    refused,
    caveats,
    sampled,
  };
}

function record(job: Job, outcome: FinishedRun, options: WriteOptions) {
  const { loaded } = job;
  const { scenario } = loaded;
  const { nodesEvery } = outcome.world.measure;
  const intervalSeconds = scenario.intervalUs / 1e6;
  return {
    version: options.version,
    program: options.program,
    scenario: scenario.name,
    scenario_file: options.file,
    scenario_hash: loaded.hash,
    inputs: options.inputs,
    job: job.id,
    seed: String(job.seed),
    start_time: new Date(scenario.startSeconds * 1000).toISOString().replace('.000Z', 'Z'),
    duration_seconds: scenario.durationUs / 1e6,
    warmup_seconds: scenario.warmupUs / 1e6,
    digest: outcome.digest,
    events: outcome.events,
    reproduce: options.reproduce,
    series_interval_seconds: intervalSeconds,
    nodes_interval_seconds: intervalSeconds * nodesEvery,
    workloads_interval_seconds: intervalSeconds * outcome.world.measure.workloads.every,
    figures: Object.fromEntries(
      outcome.verdicts.map((verdict) => [verdict.expectation.measured, inBaseUnits(verdict)]),
    ),
    expect: applicable(outcome.verdicts).map((verdict) => ({
      text: verdict.expectation.text,
      actual: inBaseUnits(verdict),
      shown: showActual(verdict),
      pass: verdict.pass,
    })),
    pending: outcome.pending,
    refused: outcome.refused,
    assumptions: loaded.assumptions.map(({ field, value, mark }) => ({ field, value, mark })),
    caveats: outcome.caveats,
    sampled: outcome.sampled ?? null,
    ignored: loaded.ignored.map(({ object, path }) => (path === '' ? object : `${object}: ${path}`)),
    notes: [
      ...(outcome.sampled === undefined ? [] : sampledNotes(outcome.sampled)),
      ...outcome.refused.map((one) => `Refused ${one}`),
      ...loaded.warnings.map(formatProblem),
      ...loaded.notes,
      ...(nodesEvery > 1
        ? [
            `nodes.csv has a row every ${showDuration(scenario.intervalUs * nodesEvery)}: every interval would be too many rows.`,
          ]
        : []),
      ...traceNotes(outcome),
      ...trafficNotes(loaded.scenario),
    ],
  };
}

function traceNotes({ world }: FinishedRun): string[] {
  const kept = world.traffic.tracing?.tracer.keeper.kept().length ?? 0;
  if (kept === 0) return [];
  return [
    `traces.otlp.json (OpenTelemetry, Jaeger) and traces.perfetto.json (ui.perfetto.dev) have ${counted(kept, 'request')} from end to end.`,
  ];
}
