#!/usr/bin/env node
// The command line: declares the verbs, hands over to them, and turns what goes wrong into an exit code.
import yargs from 'yargs';
import { hideBin } from 'yargs/helpers';
import { bench } from './verbs/bench.ts';
import { compare } from './verbs/compare.ts';
import { explain } from './verbs/explain.ts';
import { exitCodeOf, printError, UsageError } from './failure.ts';
import { importTrace } from './verbs/import.ts';
import { list } from './verbs/list.ts';
import { version } from '../library/package.ts';
import { report } from './verbs/report.ts';
import { run } from './verbs/run.ts';
import { STANDARD_INPUT_WORD } from './scenario-options.ts';
import { schema } from './verbs/schema.ts';
import { sweep } from './verbs/sweep.ts';
import { inlineMore } from '../sweep/compiler.ts';
import { trace } from './verbs/trace.ts';
import { validate } from './verbs/validate.ts';

inlineMore();

// Whoever reads the output may stop reading, as `head` does: no fault of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit();
  process.stderr.write(`standard output: cannot be written: ${error.message}\n`);
  process.exit(2);
});

try {
  await yargs(hideBin(process.argv).map((word) => (word === '-' ? STANDARD_INPUT_WORD : word)))
    .scriptName('wavetank')
    .usage(
      '$0 <command>\n\nSimulates Kubernetes clusters: scheduling, rollouts, failures and requests in one virtual time.\nBegin with `wavetank run hello`; `wavetank <command> --help` has examples.',
    )
    .command(run)
    .command(sweep)
    .command(bench)
    .command(compare)
    .command(validate)
    .command(explain)
    .command(trace)
    .command(report)
    .command(importTrace)
    .command(list)
    .command(schema)
    .demandCommand(1, 1, 'Name a command; `wavetank --help` lists them.')
    .recommendCommands()
    .strict()
    .version(version())
    .help()
    .alias('h', 'help')
    .wrap(Math.min(110, process.stdout.columns ?? 100))
    .parserConfiguration({ 'duplicate-arguments-array': true, 'greedy-arrays': false })
    .epilogue('Exit codes: 0 fine, 1 an expectation failed, 2 the input is wrong, 3 a broken invariant.')
    .exitProcess(false)
    .fail((message: string | null, error: Error | undefined) => {
      throw error ?? new UsageError(message ?? 'wrong usage');
    })
    .parseAsync();
} catch (error) {
  printError(error);
  process.exitCode = exitCodeOf(error);
}
