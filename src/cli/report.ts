// `wavetank report`: charts and pages from results that are there.
import type { CommandModule } from 'yargs';
import { makeReport } from './lazy-report.ts';

interface ReportArguments {
  readonly dir: string;
  readonly out?: string;
  readonly json?: boolean;
}

export const report: CommandModule<object, ReportArguments> = {
  command: 'report <dir>',
  describe: 'Draw charts (SVG, PNG) and one HTML page of each job in a folder of results, or of a sweep',
  builder: (argv) =>
    argv
      .positional('dir', { describe: 'a folder of results', type: 'string', demandOption: true })
      .option('out', { describe: 'write elsewhere', type: 'string', requiresArg: true })
      .option('json', { describe: 'one JSON object on standard output', type: 'boolean' })
      .example('$0 report results/shop-zone-loss', 'all jobs of a scenario')
      .example('$0 report results/balancers', 'a sweep: one page with a chart of each figure') as never,
  handler: async ({ dir, out, json }) => {
    const reports = await makeReport(dir, out === undefined ? {} : { out });
    if (json === true) process.stdout.write(`${JSON.stringify({ reports })}\n`);
    else for (const { page, files } of reports) process.stdout.write(`${page} and ${files.length - 1} pictures\n`);
  },
};
