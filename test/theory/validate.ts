// `npm run validate:theory`: every value of both tables, run, compared and printed.
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { writeDocs } from './docs.ts';
import { grouped, judgedTwice, type Line, Verdict } from './judge.ts';
import { oracle } from './oracle.ts';
import { sharedProcessorLines } from './shared-processors.ts';
import { heading, summary, textLine } from './table.ts';

interface Kept {
  readonly key: string;
  readonly lines: readonly Line[];
}

/** Exit code: 0, or 1 when a value disagrees. */
export function validate(args: readonly string[]): { readonly code: number; readonly lines: readonly Line[] } {
  const { values } = parseArgs({
    args: [...args],
    options: {
      /** Only models whose name, parameters and run contain this. */
      only: { type: 'string' },
      /** A file where finished runs are kept; what it holds already is not run again. */
      resume: { type: 'string' },
      /** Requests of a run at most: quicker, and coarser where utilisation is high. */
      'at-most': { type: 'string' },
      /** Writes docs/theory.md and its picture; with `only` what it has of other values stays. */
      docs: { type: 'boolean' },
    },
  });
  const kept = new Map(
    values.resume === undefined || !existsSync(values.resume)
      ? []
      : readFileSync(values.resume, 'utf8')
          .split('\n')
          .filter((text) => text !== '')
          .map((text) => JSON.parse(text) as Kept)
          .map((one) => [one.key, one.lines] as const),
  );
  const { only = '' } = values;
  const all: Line[] = [];
  process.stdout.write(`${heading()}\n`);
  for (const group of grouped(oracle())) {
    const key = group.run?.key ?? '';
    if (!`${key} ${group.rows[0].value.model} ${group.rows[0].value.params}`.includes(only)) continue;
    let lines = kept.get(key);
    if (lines === undefined || lines.length !== group.rows.length) {
      lines = judgedTwice(group, values['at-most'] === undefined ? undefined : Number(values['at-most']));
      if (values.resume !== undefined && lines.some(({ ours }) => ours !== undefined)) {
        appendFileSync(values.resume, `${JSON.stringify({ key, lines } satisfies Kept)}\n`);
      }
    }
    all.push(...lines);
    for (const one of lines) process.stdout.write(`${textLine(one)}\n`);
  }
  if ('M/M/1-DPS'.includes(only)) {
    const lines = sharedProcessorLines();
    all.push(...lines);
    for (const one of lines) process.stdout.write(`${textLine(one)}\n`);
  }
  process.stdout.write(`\n${summary(all)}\n`);
  if (values.docs === true) writeDocs('docs', all, only !== '');
  return { code: all.some(({ verdict }) => verdict === Verdict.Disagrees) ? 1 : 0, lines: all };
}
