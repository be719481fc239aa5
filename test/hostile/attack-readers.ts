// Mutates the good file of each reader, and says what goes wrong: a crash, a hang, a text that says nothing.
import { InputError } from '../../src/lib/errors.ts';
import { mutated, randomOf } from './mutate.ts';
import type { Reader } from './readers.ts';

/** CPU time of one read of some kilobytes, ms. */
const LONGEST_MS = 5000;
/** What a message has in it when a program printed what it did not expect. */
const UNSAID = /\bundefined\b|\[object |\bNaN\b(?!")|^\s*$/;

export interface Finding {
  readonly reader: string;
  readonly seed: string;
  readonly message: string;
  readonly files: Readonly<Record<string, string>>;
}

/** `count` mutations of each file of a reader, and how many of them were taken. */
export function attack(
  reader: Reader,
  count: number,
  seed: string,
): { readonly findings: Finding[]; readonly taken: number } {
  const findings: Finding[] = [];
  let taken = 0;
  for (const file of Object.keys(reader.files)) {
    for (let index = 0; index < count; index += 1) {
      const own = `${seed}/${reader.name}/${file}/${index}`;
      const files = { ...reader.files, [file]: mutated(reader.files[file], randomOf(own)) };
      const wrong = wrongWith(reader, files);
      if (wrong === undefined) continue;
      if (wrong === 'taken') taken += 1;
      else findings.push({ reader: reader.name, seed: own, message: wrong, files: shrunk(reader, files, file, wrong) });
    }
  }
  return { findings, taken };
}

/** Undefined where the files are refused in words, `taken` where they are not refused. */
export function wrongWith(reader: Reader, files: Reader['files']): string | undefined {
  const started = process.cpuUsage().user;
  let said: string | undefined = 'taken';
  try {
    reader.read(files);
  } catch (error) {
    if (!(error instanceof InputError))
      return (error as Error).stack?.split('\n').slice(0, 4).join('\n') ?? String(error);
    const odd = error.problems.find(({ message }) => UNSAID.test(message) && !quotes(files, message));
    said = odd === undefined ? undefined : `says little: ${odd.message}`;
  }
  const ms = (process.cpuUsage().user - started) / 1000;
  return ms > LONGEST_MS ? `takes ${Math.round(ms)} ms` : said;
}

/** A message may quote what the file says. */
function quotes(files: Reader['files'], message: string): boolean {
  const text = Object.values(files).join('\n');
  return (message.match(/undefined|NaN|\[object/g) ?? []).some((word) => text.includes(word));
}

/** Without the lines that do not matter. */
function shrunk(reader: Reader, files: Reader['files'], file: string, wrong: string): Reader['files'] {
  const kind = (message: string | undefined): string => (message ?? '').replaceAll(/\d+/g, '').slice(0, 80);
  let lines = files[file].split('\n');
  if (wrong.startsWith('takes') || lines.length > 500) return files;
  for (let at = lines.length - 1; at >= 0; at -= 1) {
    const fewer = lines.toSpliced(at, 1);
    if (kind(wrongWith(reader, { ...files, [file]: fewer.join('\n') })) === kind(wrong)) lines = fewer;
  }
  return { ...files, [file]: lines.join('\n') };
}
