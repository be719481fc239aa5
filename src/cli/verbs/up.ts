// `wavetank up`: a simulated cluster that kubectl and other clients of the Kubernetes API can talk to.
import type { Argv } from 'yargs';
import { InputError } from '../../lib/errors.ts';
import { parseDurationUs } from '../../lib/units.ts';
import { programHash, version } from '../../library/package.ts';
import { loadFamilies } from '../../library/plugins.ts';
import { checkKubeconfig, kubeconfigOf, removeKubeconfig, writeKubeconfig } from '../../live/kubeconfig.ts';
import { isLoopback, LiveCluster, type LiveOutcome } from '../../live/live-cluster.ts';
import { readSpeed } from '../../live/speed.ts';
import { expandJobs } from '../../scenario/expand.ts';
import type { Job } from '../../scenario/scenario.ts';
import { inputFiles } from '../../sweep/input-files.ts';
import { type JobResult, writeRun } from '../../sweep/job-results.ts';
import { familySchemas } from '../../world/families.ts';
import { withExamples } from '../examples.ts';
import { interruptible } from '../interruption.ts';
import { measuredAsJson } from '../job-json.ts';
import { load, type ScenarioArguments, scenarioOptions, wholeNumber } from '../scenario-options.ts';
import { pageParts } from '../page-parts.ts';
import { shown } from '../shown-path.ts';
import { summaryTable } from '../summary-table.ts';
import { greeting } from '../up/greeting.ts';
import { howToReproduce, optionsOf } from '../up/how-to-reproduce.ts';
import { checkSession, writeSession } from '../up/session-file.ts';
import type { Verb } from '../verb.ts';

interface UpArguments extends ScenarioArguments {
  readonly port: string;
  readonly address: string;
  readonly speed: string;
  readonly kubeconfigOut: string;
  readonly insecureHttp?: boolean;
  readonly pauseWhenIdle?: string;
  readonly untilEnd?: boolean;
  readonly check?: boolean;
  readonly out?: string;
  readonly record?: string;
  readonly json?: boolean;
  readonly ui?: boolean;
  readonly uiPort?: string;
}

/** A node like that of a new minikube, with what runs on it. */
const USUAL = 'minikube';

export const up: Verb<UpArguments> = {
  builder: (argv: Argv) =>
    withExamples(
      scenarioOptions(argv)
        .positional('files', {
          describe: `a scenario or Kubernetes manifests; a plain name is a packaged scenario (default: ${USUAL})`,
          demandOption: false,
        })
        .option('port', { describe: 'port to listen on; 0 is any', type: 'string', default: '8001', requiresArg: true })
        .option('address', {
          describe: 'address to listen on; any but loopback lets other machines in',
          type: 'string',
          default: '127.0.0.1',
          requiresArg: true,
        })
        .option('speed', {
          describe: 'simulated seconds a second, such as 60x; max or pause',
          type: 'string',
          default: '1x',
          requiresArg: true,
        })
        .option('kubeconfig-out', {
          describe: 'where the kubeconfig is written; it is removed when the run ends',
          type: 'string',
          default: 'wavetank.kubeconfig',
          requiresArg: true,
        })
        .option('insecure-http', {
          describe:
            'plain HTTP without a certificate or a token, as `kubectl proxy` has it: whoever can connect may ask',
          type: 'boolean',
        })
        .option('pause-when-idle', {
          describe: 'time stands still when nobody has been connected for so long, such as 30s',
          type: 'string',
          requiresArg: true,
        })
        .option('until-end', { describe: 'end when the scenario does; else it goes on until Ctrl-C', type: 'boolean' })
        .option('out', { describe: 'write results into this folder at the end', type: 'string', requiresArg: true })
        .option('record', {
          describe: 'write what clients have changed as a scenario into this file at the end',
          type: 'string',
          requiresArg: true,
        })
        .option('ui', {
          describe: 'also a page in which the cluster is watched and faults are thrown; on 127.0.0.1',
          type: 'boolean',
        })
        .option('ui-port', { describe: 'port of that page (default: a free one)', type: 'string', requiresArg: true })
        .option('check', { describe: 'check the invariants during the run', type: 'boolean' })
        .option('json', {
          describe: 'print one JSON object a line: how to connect, and what came out',
          type: 'boolean',
        }),
      [
        ['a minikube', 'wavetank up'],
        ['and then, in another terminal', 'kubectl --kubeconfig wavetank.kubeconfig get po -A'],
        ['a packaged scenario, an hour a minute', 'wavetank up shop-zone-loss --speed 60x'],
        ['a cluster of your own that waits until it is asked', 'wavetank up cluster.yaml --pause-when-idle 10s'],
        ['step by step', 'wavetank up hello --speed pause'],
        ['results of what was done', 'wavetank up hello --out results'],
        ['watched in a browser, a minute a second', 'wavetank up shop-zone-loss --ui --speed 60x'],
        ['what was done as a scenario', 'wavetank up hello --record session.yaml'],
      ],
    ),
  handler: async (given) => {
    const asked = readArguments(given);
    const families = await loadFamilies(given.plugin === undefined ? [] : [given.plugin].flat());
    const files = given.files === undefined || given.files.length === 0 ? [USUAL] : given.files;
    const loaded = load({ ...given, files }, families);
    if (given.record !== undefined) checkSession(loaded, given.record);
    const [job] = expandJobs(loaded, { families: familySchemas(families), base: true, seeds: 1 });
    const started = performance.now();
    const ended = await interruptible(async (stop) => {
      const cluster = await LiveCluster.start({
        ...asked,
        job,
        simulation: { families, check: given.check === true },
        untilEnd: given.untilEnd === true,
        bug: (error) => {
          const what = error instanceof Error ? (error.stack ?? error.message) : String(error);
          process.stderr.write(`a request could not be answered: this is a bug of wavetank: ${what}\n`);
        },
      });
      return await serve(cluster, job, asked, stop, given);
    });
    const session = given.record;
    if (session !== undefined) writeSession(session, loaded, ended, optionsOf(given));
    const how = { ...given, files };
    const result = given.out === undefined ? undefined : write(ended, started, how, given.out);
    print(ended, result, given.json === true);
  },
};

type Asked = ReturnType<typeof readArguments>;

/** Throws an InputError. */
function readArguments(given: UpArguments) {
  const { port, address, kubeconfigOut, pauseWhenIdle, insecureHttp } = given;
  const number = Number(port);
  if (!/^\d+$/.test(port) || number > 65_535) {
    throw new InputError(`--port: expected a number from 0 to 65535, got ${JSON.stringify(port)}`);
  }
  const idleUs = pauseWhenIdle === undefined ? Infinity : (parseDurationUs(pauseWhenIdle) ?? Number.NaN);
  if (!(idleUs >= 1e6)) {
    throw new InputError(
      `--pause-when-idle: expected a duration of a second or more, such as 30s, got ${JSON.stringify(pauseWhenIdle)}`,
    );
  }
  if (kubeconfigOut === '') throw new InputError('--kubeconfig-out: expected a file, got ""');
  checkKubeconfig(kubeconfigOut);
  const speed = readSpeed('--speed', given.speed);
  const ofPage = wholeNumber('ui-port', given.uiPort, 0) ?? 0;
  if (ofPage > 65_535) throw new InputError(`--ui-port: expected at most 65535, got ${ofPage}`);
  return { uiPort: ofPage, port: number, address, speed, idleMs: idleUs / 1e3, secure: insecureHttp !== true };
}

/** Until the run ends, or a signal ends it. */
async function serve(
  cluster: LiveCluster,
  job: Job,
  { address, secure, speed, uiPort }: Asked,
  stop: AbortSignal,
  { kubeconfigOut, json, ui }: UpArguments,
): Promise<LiveOutcome> {
  const { access } = cluster;
  const kubeconfig = kubeconfigOf(access);
  try {
    const page = ui === true ? await cluster.servePage(pageParts(), version(), uiPort) : undefined;
    writeKubeconfig(kubeconfigOut, kubeconfig);
    if (!isLoopback(address)) {
      const who = secure ? 'whoever has the token' : 'EVERYBODY who reaches it';
      process.stderr.write(`warning: ${address} is no loopback address: ${who} may do anything in this cluster\n`);
    }
    const { name } = job.loaded.scenario;
    if (json === true) {
      const { server } = access;
      process.stdout.write(
        `${JSON.stringify({ server, kubeconfig: kubeconfigOut, scenario: name, seed: job.seed, ...(page === undefined ? {} : { page }) })}\n`,
      );
    } else process.stdout.write(greeting({ job, server: access.server, speed, kubeconfig: shown(kubeconfigOut) }));
    if (page !== undefined && json !== true) process.stdout.write(`\nWatch it: ${page}\n`);
    const stopped = new Promise<void>((done) => stop.addEventListener('abort', () => done(), { once: true }));
    await Promise.race([cluster.ended(), stopped]);
  } finally {
    await cluster.close();
    removeKubeconfig(kubeconfigOut, kubeconfig);
  }
  return cluster.finish();
}

function write({ job, outcome, recorder }: LiveOutcome, started: number, given: UpArguments, out: string): JobResult {
  return writeRun(job, outcome, started, {
    out,
    version: version(),
    program: programHash(),
    inputs: inputFiles(job.loaded, given.files),
    file: given.files.join(' '),
    reproduce: howToReproduce(given, job, recorder.any),
  });
}

function print({ job, outcome }: LiveOutcome, result: JobResult | undefined, json: boolean): void {
  if (json) {
    const figures = result === undefined ? { figures: outcome.summary } : measuredAsJson(result);
    process.stdout.write(`${JSON.stringify({ job: job.id, seed: job.seed, ...figures })}\n`);
    return;
  }
  process.stdout.write(`\n${summaryTable(outcome.summary)}\n`);
  if (result !== undefined) process.stdout.write(`\nResults: ${shown(result.folder)}\n`);
}
