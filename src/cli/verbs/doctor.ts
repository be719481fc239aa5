// `wavetank doctor`: what of this machine and this installation works, and what to do about the rest.
import { colors } from '../colors.ts';
import type { Finding, State } from '../doctor/finding.ts';
import { installationFindings, manifest } from '../doctor/installation.ts';
import { machineFindings } from '../doctor/machine.ts';
import { otherPrograms } from '../doctor/other-programs.ts';
import { queueFinding } from '../doctor/queue.ts';
import { folderFinding } from '../doctor/results-folder.ts';
import { withExamples } from '../examples.ts';
import { wrap } from '../lines.ts';
import { table } from '../table.ts';
import type { Verb } from '../verb.ts';

interface DoctorArguments {
  readonly out: string;
  readonly queue?: string;
  readonly json?: boolean;
}

export const doctor: Verb<DoctorArguments> = {
  builder: (argv) =>
    withExamples(
      argv
        .option('out', {
          describe: 'where results would be written',
          type: 'string',
          default: 'results',
          requiresArg: true,
        })
        .option('queue', {
          describe: 'also try this Redis or Valkey, redis://host:port; without a URL that of $WAVETANK_QUEUE',
          type: 'string',
        })
        .option('json', { describe: 'print one JSON object on standard output', type: 'boolean' }),
      [
        ['does everything work here?', 'wavetank doctor'],
        ['before a sweep on many machines', 'wavetank doctor --queue redis://queue.example:6379 --out /shared/results'],
        ['in a script: exit code 1 means that something does not', 'wavetank doctor --json'],
      ],
    ),
  handler: async ({ out, queue, json }) => {
    const own = manifest();
    const findings = [
      ...(await machineFindings(own.engines.node)),
      ...(await installationFindings(own)),
      folderFinding(out),
      ...(queue === undefined ? [] : [await queueFinding(queue)]),
      ...(await otherPrograms()),
    ];
    const works = findings.every(({ state }) => state !== 'problem');
    if (json === true) process.stdout.write(`${JSON.stringify({ works, findings })}\n`);
    else print(findings);
    if (!works) process.exitCode = 1;
  },
};

function print(findings: readonly Finding[]): void {
  const { bold, green, red, yellow } = colors(process.stdout);
  const paint: Readonly<Record<State, (text: string) => string>> = { ok: green, note: yellow, problem: red };
  const width = process.stdout.columns ?? 120;
  const rows = findings.map(({ state, check, found }) => [paint[state](state), check, wrap(found, width - 24)]);
  const advised = findings.filter(({ advice }) => advice !== undefined);
  const lines = advised.flatMap(({ check, advice = '' }) => [
    '',
    bold(check),
    ...wrap(advice, width - 2)
      .split('\n')
      .map((line) => `  ${line}`),
  ]);
  process.stdout.write(`${[table(['', '', ''], rows), ...lines].join('\n')}\n`);
}
