// `wavetank report`: charts and pages from existing results.
import { withExamples } from '../examples.ts';
import { makeReport } from '../lazy-report.ts';
import { loadExtensions } from '../../library/plugins.ts';
import type { Verb } from '../verb.ts';

interface ReportArguments {
  readonly dir: string;
  readonly out?: string;
  readonly plugin?: string | readonly string[];
  readonly markdown?: boolean;
  readonly png: boolean;
  readonly data?: boolean;
  readonly json?: boolean;
}

export const report: Verb<ReportArguments> = {
  builder: (argv) =>
    withExamples(
      argv
        .positional('dir', { describe: 'a folder of results', type: 'string', demandOption: true })
        .option('out', { describe: 'write elsewhere', type: 'string', requiresArg: true })
        .option('plugin', {
          describe: 'a plugin file with charts; may be repeated',
          type: 'string',
          requiresArg: true,
        })
        .option('markdown', { describe: 'also write incident.md, a summary for a post-mortem', type: 'boolean' })
        .option('png', {
          describe: 'each chart also as a PNG of 1920 × 1080; --no-png is twice as fast',
          type: 'boolean',
          default: true,
        })
        .option('data', {
          describe: 'of each chart also its data as CSV, and a Vega-Lite specification that draws it, to restyle it',
          type: 'boolean',
        })
        .option('json', { describe: 'print one JSON object on standard output', type: 'boolean' }),
      [
        ['all jobs of a scenario', 'wavetank report results/shop-zone-loss'],
        ['for a post-mortem', 'wavetank report results/shop-zone-loss/seed-1 --markdown'],
        ['data and specifications of all charts, to restyle them', 'wavetank report results/balancers --data'],
        ['a sweep: one page with a chart of each figure', 'wavetank report results/balancers'],
      ],
    ),
  handler: async ({ dir, out, plugin, markdown, png, data, json }) => {
    const { charts } = await loadExtensions(plugin);
    const reports = await makeReport(dir, { charts, markdown, png, data, ...(out === undefined ? {} : { out }) });
    if (json === true) process.stdout.write(`${JSON.stringify({ reports })}\n`);
    else {
      for (const { page, summary, files } of reports) {
        const pages = summary === undefined ? [page] : [page, summary];
        process.stdout.write(
          `${pages.join(', ')} and ${files.length - pages.length} ${data === true ? 'files of charts' : 'pictures'}\n`,
        );
      }
    }
  },
};
