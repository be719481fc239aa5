// The library: `import { run } from 'wavetank'` runs a scenario in this process and gives its figures and tables.
import { InputError } from '../lib/errors.ts';
import { expandJobs } from '../scenario/expand.ts';
import { readConfined } from '../scenario/files.ts';
import { loadScenario } from '../scenario/load.ts';
import type { Job } from '../scenario/scenario.ts';
import { inputFiles } from '../sweep/input-files.ts';
import { type JobOptions, runAndWrite } from '../sweep/job-results.ts';
import type { World } from '../world/build.ts';
import { familySchemas } from '../world/families.ts';
import { type FinishedRun, runJob } from '../world/run.ts';
import { asResult } from './as-result.ts';
import { beginScript, type ClusterScript } from './cluster.ts';
import type { ScenarioInput } from './input.ts';
import { programHash, version } from './package.ts';
import { type Extensions, loadPlugins } from './plugins.ts';
import { readInput } from './read-input.ts';
import type { RunResult } from './result.ts';

export { InputError } from '../lib/errors.ts';
export type { Row, TableName } from '../metrics/catalogue.ts';
export { ApiError } from './cluster.ts';
export type { Cluster, ClusterScript } from './cluster.ts';
export type { ScenarioInput } from './input.ts';
export type { RunResult } from './result.ts';

export interface RunOptions {
  /** Of all random streams; the scenario's own if left out. */
  readonly seed?: number;
  /** Simulated time, such as `10m`. */
  readonly duration?: string;
  /** Nodes of the only node pool. */
  readonly nodes?: number;
  /** Requests are sampled: simulated until figures are known to this error, such as `2%`. */
  readonly error?: string;
  /** Fields to change, by path: `{ 'spec.traffic[0].timeout': '1s', 'Deployment/default/web:/spec/replicas': 5 }`. */
  readonly set?: Readonly<Record<string, unknown>>;
  /** A field without effect on the simulation is an error. */
  readonly strict?: boolean;
  /** Checks the invariants during the run. */
  readonly check?: boolean;
  /** Plugins: files, or what such a file exports by default. */
  readonly plugins?: readonly (string | object)[];
  /** A folder: the CSV files, run.json and the report are written to `<out>/<scenario>/<job>`. */
  readonly out?: string;
  /** Begins with the run, and reads and changes the objects of the cluster while it lasts. */
  readonly script?: ClusterScript;
  /** Called now and then with the share that is done, 0 to 1. The run holds the thread until it ends. */
  readonly onProgress?: (done: number) => void;
}

export interface RunEachOptions extends RunOptions {
  /** Number of seeds, from the first one upwards; the scenario's own number if left out. */
  readonly seeds?: number;
}

/**
 * Runs a scenario once, with its first seed. Throws an InputError for wrong input, and for a scenario that is a sweep; an error
 * with the name RunFailure for a broken invariant, which is a bug.
 */
export async function run(scenario: ScenarioInput, options: RunOptions = {}): Promise<RunResult> {
  const { jobs, extensions } = await prepare(scenario, { ...options, seeds: 1 });
  if (jobs.length > 1) throw new InputError(`the scenario is a sweep of ${jobs.length} cells: use runEach`);
  return runOne(jobs[0], options, extensions);
}

/** Runs every cell of a sweep with every seed, one after the other, and gives each as soon as it is done. Throws as `run`. */
export async function* runEach(
  scenario: ScenarioInput,
  options: RunEachOptions = {},
): AsyncGenerator<RunResult, void, undefined> {
  const { jobs, extensions } = await prepare(scenario, options);
  for (const job of jobs) yield await runOne(job, options, extensions);
}

async function prepare(
  scenario: ScenarioInput,
  { seed, seeds, duration, nodes, error, strict, set = {}, plugins = [] }: RunEachOptions,
): Promise<{ jobs: Job[]; extensions: Extensions }> {
  const extensions = await loadPlugins(plugins);
  const families = familySchemas(extensions.families);
  const loaded = loadScenario([scenario].flat().map(readInput), {
    families,
    readFile: readConfined,
    set: Object.entries(set).map(([path, value]) => `${path}=${JSON.stringify(value)}`),
    ...(seed === undefined ? {} : { seed }),
    ...(nodes === undefined ? {} : { nodes }),
    ...(duration === undefined ? {} : { duration }),
    ...(error === undefined ? {} : { error }),
    ...(strict === undefined ? {} : { strict }),
  });
  return { jobs: expandJobs(loaded, { families, ...(seeds === undefined ? {} : { seeds }) }), extensions };
}

async function runOne(
  job: Job,
  { out, check = false, script, onProgress }: RunOptions,
  { families, charts }: Extensions,
): Promise<RunResult> {
  const options = {
    families,
    check,
    ...(onProgress === undefined ? {} : { onProgress }),
    ...(script === undefined ? {} : { onWorld: (world: World) => beginScript(script, world) }),
  };
  if (out === undefined) {
    const started = performance.now();
    const outcome = runJob(job, options);
    return asResult(job, outcome, (performance.now() - started) / 1000, undefined);
  }
  let outcome: FinishedRun | undefined;
  const written = runAndWrite(job, {
    ...options,
    out,
    version: version(),
    program: programHash(),
    inputs: inputFiles(job.loaded),
    file: job.loaded.inputs.map(({ file }) => file).join(' '),
    reproduce: reproduce(job),
    onOutcome: (one) => {
      outcome = one;
    },
  } satisfies JobOptions);
  const { makeReport } = await import('../report/report.ts');
  await makeReport(written.folder, { charts });
  return asResult(job, outcome as FinishedRun, written.wallSeconds, written.folder);
}

/** The same run on the command line; documents that a script made cannot be named there. */
function reproduce({ loaded, seed, axes }: Job): string {
  const { inputs, overrides } = loaded;
  const set = [...overrides.set, ...axes.map(({ path, value }) => `${path}=${JSON.stringify(value)}`)];
  return [
    'wavetank run',
    ...inputs.map(({ file }) => file),
    ...(overrides.duration === undefined ? [] : [`--duration ${overrides.duration}`]),
    ...(overrides.nodes === undefined ? [] : [`--nodes ${overrides.nodes}`]),
    ...set.map((one) => `--set '${one.replaceAll("'", "'\\''")}'`),
    `--seed ${seed}`,
  ].join(' ');
}
