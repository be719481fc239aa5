// `wavetank reproduce`: runs what left results behind again, compares the bytes, and says what differs: code, input, results.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { programHash, version } from '../../library/package.ts';
import { loadFamilies } from '../../library/plugins.ts';
import { InputError } from '../../lib/errors.ts';
import { findJobs } from '../../report/read.ts';
import { jobFolder } from '../../results/paths.ts';
import { expandJobs } from '../../scenario/expand.ts';
import { inputFiles } from '../../sweep/input-files.ts';
import { Interruption } from '../../sweep/interruptible-run.ts';
import { runAndWriteUnless } from '../../sweep/job-results.ts';
import { compareRuns, readRecorded, type Reproduction } from '../../sweep/reproduction.ts';
import { familySchemas } from '../../world/families.ts';
import { colors } from '../colors.ts';
import { withExamples } from '../examples.ts';
import { exitCodeOfSignal, interruptible } from '../interruption.ts';
import { progress } from '../progress.ts';
import { readCommand } from '../reproduced-command.ts';
import { load } from '../scenario-options.ts';
import { shown } from '../shown-path.ts';
import type { Verb } from '../verb.ts';

interface ReproduceArguments {
  readonly dir: string;
  readonly json?: boolean;
}

interface Compared extends Reproduction {
  readonly folder: string;
  readonly files: number;
  readonly digest: string;
}

/** Differences that are printed of one job. */
const MOST = 5;

export const reproduce: Verb<ReproduceArguments> = {
  builder: (argv) =>
    withExamples(
      argv
        .positional('dir', {
          describe: 'a folder of results: of a job, or of many',
          type: 'string',
          demandOption: true,
        })
        .option('json', { describe: 'print one JSON object on standard output and nothing else', type: 'boolean' }),
      [
        ['does it still come out the same?', 'wavetank reproduce results/shop-zone-loss/seed-1'],
        ['every job of a sweep, before a paper is sent off', 'wavetank reproduce results/balancers'],
      ],
    ),
  handler: async ({ dir, json }) => {
    const compared: Compared[] = [];
    for (const folder of findJobs(dir)) {
      try {
        const one = await compareJob(folder, json !== true);
        compared.push(one);
        if (json !== true) print(one);
      } catch (error) {
        if (!(error instanceof Interruption)) throw error;
        process.stderr.write(`${error.signal}: ended; ${compared.length} jobs were compared\n`);
        process.exitCode = exitCodeOfSignal(error.signal);
        return;
      }
    }
    const same = compared.every((one) => one.same);
    if (json === true) process.stdout.write(`${JSON.stringify({ same, jobs: compared })}\n`);
    else if (compared.length > 1) {
      process.stdout.write(
        `\n${compared.filter((one) => one.same).length} of ${compared.length} jobs come out the same\n`,
      );
    }
    if (!same) process.exitCode = 1;
  },
};

/** Runs the job again, into a folder that does not stay. */
async function compareJob(folder: string, shows: boolean): Promise<Compared> {
  const record = readRecorded(folder);
  const file = join(folder, 'run.json');
  const given = readCommand(record.reproduce, file);
  const families = await loadFamilies(given.plugin);
  const loaded = load(given, families);
  const jobs = expandJobs(loaded, { families: familySchemas(families), base: true, seeds: 1 });
  if (String(jobs[0].seed) !== record.seed) {
    throw new InputError({
      file,
      path: 'reproduce',
      message: `gives seed ${jobs[0].seed}, and the results are of ${record.seed}`,
    });
  }
  // A job of a sweep has the name that it had there: it is a column of summary.csv.
  const job = { ...jobs[0], id: record.job };
  const out = mkdtempSync(join(tmpdir(), 'wavetank-reproduce-'));
  const bar = progress(record.scenario, shows);
  try {
    await interruptible((stop) =>
      runAndWriteUnless(stop, job, {
        out,
        check: given.check,
        families,
        version: version(),
        program: programHash(),
        inputs: inputFiles(loaded, given.files),
        file: given.files.join(' '),
        reproduce: record.reproduce,
        onProgress: (done, events) => bar.update(done, events),
      }),
    ).finally(() => bar.stop());
    const again = jobFolder(out, loaded.scenario.name, job.id);
    return { folder, files: record.files.length, digest: record.digest, ...compareRuns(folder, again) };
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}

function print({ folder, files, digest, same, code, inputs, machine, altered, bytes }: Compared): void {
  const { bold, dim, green, red } = colors(process.stdout);
  const out = [
    `${same ? green('same') : red('DIFFERS')}  ${bold(shown(folder))}${same ? dim(`  ${files} files, digest ${digest}`) : ''}`,
  ];
  const more = (count: number) => (count > MOST ? [`           … and ${count - MOST} more files`] : []);
  if (code.length > 0) out.push(`  code     ${code.join('; ')}`);
  if (inputs.length > 0) out.push(`  input    ${inputs.map((one) => `${one} has another text`).join('; ')}`);
  if (machine.length > 0 && !same) out.push(`  machine  ${machine.join('; ')}`);
  if (altered.length > 0) out.push(`  altered  ${altered.join(', ')}: not as they were written`);
  for (const { file, line, column, before, now } of bytes.slice(0, MOST)) {
    const where =
      line === undefined
        ? 'only one side has it'
        : `line ${line}${column === undefined ? '' : `, ${column}`}: ${before} then, ${now} now`;
    out.push(`  bytes    ${file} ${where}`);
  }
  out.push(...more(bytes.length));
  if (!same && bytes.length > 0 && code.length === 0 && inputs.length === 0) {
    out.push('           The code and the input are the same: this is a bug of wavetank.');
  }
  process.stdout.write(`${out.join('\n')}\n`);
}
