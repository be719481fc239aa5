// Runs the command of each chart in the gallery that is of one job, and says which charts its report has not: `npm run validate:gallery`.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { importSource } from './import-source.mjs';

const { jobCommands } = await importSource("export { jobCommands } from './site/gallery/commands.ts';");
const byCommand = new Map();
for (const [name, command] of Object.entries(jobCommands))
  byCommand.set(command, [...(byCommand.get(command) ?? []), name]);
const folder = mkdtempSync(join(tmpdir(), 'wavetank-gallery-'));
let missing = 0;
for (const [command, charts] of byCommand) {
  const [, ...words] = command.split(' ');
  const out = join(folder, words[1]);
  const started = performance.now();
  // A sampled run has a folder of its own; an expectation that fails is nothing against a chart.
  const { status, stderr } = spawnSync(process.execPath, [resolve('dist/wavetank.js'), ...words, '--out', out], {
    encoding: 'utf8',
  });
  const drawn = existsSync(out) ? readdirSync(out, { recursive: true }).map(String) : [];
  const absent = charts.filter((name) => !drawn.some((file) => file.endsWith(`charts/${name}.svg`)));
  missing += absent.length;
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  const verdict = absent.length === 0 ? 'ok  ' : `MISS ${absent.join(', ')} of`;
  process.stdout.write(
    `${verdict} ${command}: ${charts.length} charts, exit code ${status}, ${seconds} s\n${status > 1 ? stderr : ''}`,
  );
}
rmSync(folder, { recursive: true });
process.exitCode = missing === 0 ? 0 : 1;
