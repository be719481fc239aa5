// `npm run site`: makes the documentation in dist-docs, and checks every page of it.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { faultsOf } from './check.ts';
import { jobCharts } from './gallery/of-a-job.ts';
import { manyCharts } from './gallery/of-many.ts';
import { writeSite } from './site.ts';
import { taggedReferences } from './versions.ts';

const OUT = 'dist-docs';

/** The built program. */
function wavetank(words: readonly string[], cwd: string): void {
  const { status, stderr } = spawnSync(process.execPath, [resolve('dist/wavetank.js'), ...words], {
    cwd,
    encoding: 'utf8',
  });
  // An expectation that fails (1) is nothing against a chart.
  if (status === null || status > 1) throw new Error(`wavetank ${words.join(' ')}: exit code ${status}\n${stderr}`);
}

const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
const started = performance.now();
const gallery = [...jobCharts(), ...manyCharts(wavetank)];
const older = taggedReferences('.', version);
const pages = await writeSite(OUT, { version, older, gallery });
const faults = faultsOf(OUT, pages);
const seconds = ((performance.now() - started) / 1000).toFixed(1);
process.stdout.write(
  `${OUT}: ${pages.length} pages, ${gallery.length} charts, ${older.length + 1} versions of the reference, ${seconds} s\n`,
);
if (faults.length > 0) {
  process.stdout.write(`${faults.length} faults:\n${faults.join('\n')}\n`);
  process.exitCode = 1;
}
