// Charts of many jobs: each command of commands.ts is run, and what its report draws is shown.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { manyCommands } from './commands.ts';
import type { GalleryChart } from './pages.ts';

/** Runs `wavetank …` with these words, in a folder; throws when it cannot. */
export type Wavetank = (words: readonly string[], folder: string) => void;

const titleOf = (svg: string): string => />([^<]+)<\/text>/.exec(svg)?.[1] ?? '';

/** The charts that each command is there for. Throws when its report has not drawn one of them. */
export function manyCharts(wavetank: Wavetank, commands = manyCommands): GalleryChart[] {
  const folder = mkdtempSync(join(tmpdir(), 'wavetank-gallery-'));
  try {
    const made: GalleryChart[] = [];
    for (const [at, { group, command, charts }] of commands.entries()) {
      const out = join(folder, String(at));
      const words = command.split(' ').slice(1).map(unquoted);
      wavetank([...words, '--no-report', '--out', out], folder);
      wavetank(['report', join(out, words[1]), '--no-png'], folder);
      for (const { file, name, summary } of charts) {
        const found = readdirSync(out, { recursive: true, encoding: 'utf8' }).find(
          (one) => one.endsWith(`/charts/${file}.svg`) || one === `charts/${file}.svg`,
        );
        if (found === undefined) throw new Error(`${command}: expected a chart ${file} in its report`);
        const svg = readFileSync(join(out, found), 'utf8')
          .replaceAll(`"${file}-`, `"${name}-`)
          .replaceAll(`#${file}-`, `#${name}-`);
        made.push({ name, group, title: titleOf(svg), summary, svg, command });
      }
    }
    return made;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const unquoted = (word: string): string => word.replaceAll("'", '');
