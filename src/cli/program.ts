// The command line: declares the verbs, hands over to the one that was named, and turns what goes wrong into an exit code.
import yargs, { type ArgumentsCamelCase, type Argv } from 'yargs';
import { version } from '../library/package.ts';
import { exitCodeOf, printError, UsageError } from './failure.ts';
import { checkOut } from './out-option.ts';
import { STANDARD_INPUT_WORD } from './standard-input.ts';
import { usageInWords } from './usage.ts';
import type { DeclaredVerb } from './verb.ts';

/** In the order in which `wavetank --help` lists them. Each is loaded when it is used. */
const verbs: readonly DeclaredVerb[] = [
  {
    command: 'run <files..>',
    describe: 'Run a scenario or plain manifests',
    load: async () => (await import('./verbs/run.ts')).run,
  },
  {
    command: 'up [files..]',
    describe: 'Serve a simulated cluster to kubectl and other clients of the Kubernetes API',
    load: async () => (await import('./verbs/up.ts')).up,
  },
  {
    command: 'time [what]',
    describe: 'Say what time it is in a cluster that is up, go on by a step, pause, or change its speed',
    load: async () => (await import('./verbs/time.ts')).time,
  },
  {
    command: 'sweep <files..>',
    describe: 'Run a scenario once for each choice on its axes and each seed',
    load: async () => (await import('./verbs/sweep.ts')).sweep,
  },
  {
    command: 'bench <files..>',
    describe: 'Compare schedulers, or other variants of a scenario, under the same load',
    load: async () => (await import('./verbs/bench.ts')).bench,
  },
  {
    command: 'chaos <files..>',
    describe: 'Strike each target of a scenario at each moment, and say what hurts when',
    load: async () => (await import('./verbs/chaos.ts')).chaos,
  },
  {
    command: 'test <paths..>',
    describe: 'Run scenarios as a test suite: each expectation is a test',
    load: async () => (await import('./verbs/test.ts')).test,
  },
  {
    command: 'worker',
    describe: 'Run jobs of sweeps that wait in a queue (Redis, Valkey)',
    load: async () => (await import('./verbs/worker.ts')).worker,
  },
  {
    command: 'merge <dirs..>',
    describe: 'Make one result of the shards of a run, sweep, bench or chaos',
    load: async () => (await import('./verbs/merge.ts')).merge,
  },
  {
    command: 'status [where]',
    describe: 'How far the sweeps in a folder of results, or in a queue, have come',
    load: async () => (await import('./verbs/status.ts')).status,
  },
  {
    command: 'optimize <files..>',
    describe: 'Find the cheapest setting on the axes of a scenario that keeps its expectations',
    load: async () => (await import('./verbs/optimize.ts')).optimize,
  },
  {
    command: 'sensitivity <files..>',
    describe: 'Find out which axes of a scenario its figures depend on',
    load: async () => (await import('./verbs/sensitivity.ts')).sensitivity,
  },
  {
    command: 'compare <a> <b>',
    describe: 'Compare two results seed by seed: differences with 95 % confidence intervals',
    load: async () => (await import('./verbs/compare.ts')).compare,
  },
  {
    command: 'validate <files..>',
    describe: 'Check the input and list what is not simulated',
    load: async () => (await import('./verbs/validate.ts')).validate,
  },
  {
    command: 'explain <files..>',
    describe: 'Explain where a pod is or why it is pending, or why a workload is not what it should be',
    load: async () => (await import('./verbs/explain.ts')).explain,
  },
  {
    command: 'record-extenders <files..>',
    describe: 'Ask the scheduler extenders of a scenario over HTTP, and write down their answers for runs',
    load: async () => (await import('./verbs/record-extenders.ts')).recordExtenders,
  },
  {
    command: 'capacity <files..>',
    describe: 'How many more of a pod fit, by pool and zone, and what binds first',
    load: async () => (await import('./verbs/capacity.ts')).capacity,
  },
  {
    command: 'plan <files..>',
    describe: 'How many nodes of which pool it takes for all pods, also without any one zone',
    load: async () => (await import('./verbs/plan.ts')).plan,
  },
  {
    command: 'trace <files..>',
    describe: 'Print the events in a window of a run',
    load: async () => (await import('./verbs/trace.ts')).trace,
  },
  {
    command: 'report <dir>',
    describe: 'Draw charts (SVG, PNG) and one HTML page of each job in a folder of results, or of a sweep',
    load: async () => (await import('./verbs/report.ts')).report,
  },
  {
    command: 'view <dir>',
    describe: 'Play a finished run back in a browser: nodes, pods, requests and events, at any moment',
    load: async () => (await import('./verbs/view.ts')).view,
  },
  {
    command: 'reproduce <dir>',
    describe: 'Run what left results behind again, and compare the bytes',
    load: async () => (await import('./verbs/reproduce.ts')).reproduce,
  },
  {
    command: 'export <dir>',
    describe: 'Turn results into Parquet, DuckDB, OpenMetrics, Perfetto, LaTeX, Markdown or PDF',
    load: async () => (await import('./verbs/export.ts')).exportResults,
  },
  {
    command: 'import <kind> <files..>',
    describe: 'Turn a cluster, a log, a load test, a trace or a call graph into a scenario',
    load: async () => (await import('./verbs/import.ts')).importTrace,
  },
  {
    command: 'calibrate <files..>',
    describe: 'Fit service times, concurrency, start-ups and image pulls to what was measured',
    load: async () => (await import('./verbs/calibrate.ts')).calibrate,
  },
  {
    command: 'list [family]',
    describe: 'List families of extensions, the members of one, or the packaged scenarios',
    load: async () => (await import('./verbs/list.ts')).list,
  },
  {
    command: 'new <family> <name>',
    describe: 'Write a plugin of your own that works, and its test',
    load: async () => (await import('./verbs/new.ts')).newPlugin,
  },
  {
    command: 'schema',
    describe: 'Print the JSON Schema of scenario files, for editors',
    load: async () => (await import('./verbs/schema.ts')).schema,
  },
  {
    command: 'completion [shell]',
    describe: 'Print what makes bash, zsh or fish complete verbs, options and names',
    load: async () => (await import('./verbs/completion.ts')).completion(verbs),
  },
  {
    command: 'doctor',
    describe: 'Check this machine and this installation, and say what to do',
    load: async () => (await import('./verbs/doctor.ts')).doctor,
  },
];

/** The verb of this command line, with its options. */
let verb: Argv | undefined;

function withVerbs(argv: Argv): Argv {
  return verbs.reduce(
    (declared, { command, describe, load }) =>
      declared.command(
        command,
        describe,
        async (own: Argv) => (verb = (await load()).builder(own) as Argv),
        async (given: ArgumentsCamelCase) => (await load()).handler(given as never),
      ),
    argv,
  );
}

/** What yargs throws, or passes to `fail`, in this program's words; other errors as they are. */
async function inWords(error: unknown, words: readonly string[]): Promise<unknown> {
  if (!(error instanceof UsageError) && !(error instanceof Error && error.name === 'YError')) return error;
  const help = verb === undefined ? '' : await verb.getHelp();
  const options = Array.from(help.matchAll(/(?<=\s--)[a-z][\w-]*/g), ([name]) => name);
  return new UsageError(usageInWords(error.message, { words, verbs, options }));
}

/** Does what the words after `wavetank` say. What goes wrong is printed, and is in the exit code of the process. */
export async function main(words: readonly string[]): Promise<void> {
  const helpIsAsked = words.includes('--help') || words.includes('-h');
  try {
    if (words[0] === 'version' || words[0] === 'help') {
      throw new UsageError(`there is no command "${words[0]}": use \`wavetank --${words[0]}\``);
    }
    await withVerbs(
      yargs(words.map((word) => (word === '-' ? STANDARD_INPUT_WORD : word)))
        .scriptName('wavetank')
        .usage(
          '$0 <command>\n\nSimulates Kubernetes clusters: scheduling, rollouts, failures and requests together in virtual time.\nStart with `wavetank run hello`; `wavetank <command> --help` has examples.',
        ),
    )
      .demandCommand(1, 1, 'Name a command; `wavetank --help` lists them.')
      .strict()
      .check(({ out }) => {
        checkOut(out);
        return true;
      })
      .version(version())
      .help()
      .alias('h', 'help')
      // yargs renders a verb's help whenever the verb is used, and wrapping takes most of that time.
      .wrap(helpIsAsked ? Math.min(110, process.stdout.columns ?? 100) : null)
      .parserConfiguration({ 'duplicate-arguments-array': true, 'greedy-arrays': false })
      .epilogue('Exit codes: 0 success, 1 an expectation failed, 2 invalid input, 3 a broken invariant, 130 Ctrl-C.')
      .exitProcess(false)
      .fail((message: string | null, error: Error | undefined) => {
        throw error ?? new UsageError(message ?? 'wrong usage');
      })
      .parseAsync();
  } catch (error) {
    const failure = await inWords(error, words);
    printError(failure);
    process.exitCode = exitCodeOf(failure);
  }
}
