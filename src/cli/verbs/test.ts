// `wavetank test`: scenarios as a test suite. Each expectation is a test; what does not hold is said at the line where it is written.
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { InputError } from '../../lib/errors.ts';
import { writeReason } from '../../lib/write-reason.ts';
import { loadFamilies } from '../../library/plugins.ts';
import { write } from '../../report/write.ts';
import { withExamples } from '../examples.ts';
import { exitCodeOfSignal } from '../interruption.ts';
import { githubAnnotations } from '../test/annotations.ts';
import { junitXml } from '../test/junit.ts';
import { runSuites } from '../test/run-suites.ts';
import { scenarioFiles } from '../test/scenario-files.ts';
import { exitCodeOfSuites, printSuites, suitesAsJson } from '../test/test-print.ts';
import { threadsOption } from '../threads-option.ts';
import type { Verb } from '../verb.ts';

interface TestArguments {
  readonly paths: readonly string[];
  readonly seeds?: string;
  readonly threads?: string;
  readonly out: string;
  readonly junit?: string;
  readonly annotations?: 'github' | 'none';
  readonly check?: boolean;
  readonly plugin?: string | readonly string[];
  readonly strict?: boolean;
  readonly skipUnknown?: boolean;
  readonly report: boolean;
  readonly json?: boolean;
}

export const test: Verb<TestArguments> = {
  builder: (argv) =>
    withExamples(
      argv
        .positional('paths', {
          describe: 'folders, of which every scenario is run, scenario files, or names of packaged scenarios',
          type: 'string',
          array: true,
          demandOption: true,
          default: undefined,
        })
        .option('junit', { describe: 'write JUnit XML to this file', type: 'string', requiresArg: true })
        .option('annotations', {
          describe: 'how failures are noted at their lines (default: github within GitHub Actions, else none)',
          choices: ['github', 'none'] as const,
          requiresArg: true,
        })
        .option('seeds', {
          describe: 'seeds of each scenario, instead of its own number',
          type: 'string',
          requiresArg: true,
        })
        .option('threads', threadsOption)
        .option('out', { describe: 'results folder', type: 'string', default: 'results', requiresArg: true })
        .option('check', { describe: 'check the invariants during the runs', type: 'boolean' })
        .option('plugin', { describe: 'a plugin file; may be repeated', type: 'string', requiresArg: true })
        .option('skip-unknown', {
          describe: 'leave out custom objects that no CustomResourceDefinition of the input defines',
          type: 'boolean',
        })
        .option('strict', {
          describe: 'fail on a field without effect on the simulation, or a duplicate key in a manifest',
          type: 'boolean',
        })
        .option('report', { describe: 'also draw charts and a page of each job', type: 'boolean', default: false })
        .option('json', { describe: 'print one JSON object on standard output and nothing else', type: 'boolean' }),
      [
        ['every scenario of a folder', 'wavetank test scenarios/'],
        ['in CI, with a report that GitLab, Jenkins and GitHub read', 'wavetank test scenarios/ --junit junit.xml'],
        ['two of them on five seeds each', 'wavetank test shop.yaml zone-loss.yaml --seeds 5'],
      ],
    ),
  handler: async (given) => {
    if (given.junit === '') throw new InputError('--junit: expected a file, got ""');
    if (given.junit !== undefined) makeFolderOf(given.junit);
    const files = scenarioFiles(given.paths);
    const run = await runSuites(files, await loadFamilies(given.plugin), { ...given, quiet: given.json === true });
    if (run.interrupted !== undefined) {
      process.stderr.write('not all jobs ended: nothing is judged\n');
      process.exitCode = exitCodeOfSignal(run.interrupted);
      return;
    }
    const { suites } = run;
    if (given.junit !== undefined) await write(given.junit, junitXml(suites));
    if (given.json === true) process.stdout.write(`${JSON.stringify(suitesAsJson(run))}\n`);
    else printSuites(run);
    const { GITHUB_ACTIONS, GITHUB_WORKSPACE = process.cwd() } = process.env;
    const github = (given.annotations ?? (GITHUB_ACTIONS === 'true' ? 'github' : 'none')) === 'github';
    // Standard output has one JSON object and nothing else; GitHub reads both streams.
    const stream = given.json === true ? process.stderr : process.stdout;
    for (const line of github ? githubAnnotations(suites, GITHUB_WORKSPACE) : []) stream.write(`${line}\n`);
    process.exitCode = exitCodeOfSuites(suites);
  },
};

/** Before the scenarios run. Throws an InputError. */
function makeFolderOf(file: string): void {
  try {
    mkdirSync(dirname(file), { recursive: true });
  } catch (error) {
    throw new InputError(`--junit: ${file} cannot be written: ${writeReason(error)}`);
  }
}
