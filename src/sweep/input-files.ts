// The files that a scenario was loaded from, and hashes of their texts: so that it is seen when one has changed.
import { createHash } from 'node:crypto';
import { dirname, relative } from 'node:path';
import type { InputFile } from '../results/run-record.ts';
import type { LoadedScenario, SourceText } from '../scenario/scenario.ts';

/**
 * Those that the user gave, by the names on the command line where there are some, then what the scenario names, relative to its folder: a
 * checkout elsewhere has the same list.
 */
export function inputFiles({ inputs, files }: LoadedScenario, given: readonly string[] = []): InputFile[] {
  const folder = dirname(inputs[0]?.file ?? '.');
  return [
    ...inputs.map((one, index) => hashed(given[index] ?? one.file, one)),
    ...files.map((one) => hashed(relative(folder, one.file), one)),
  ];
}

/** Names of files that are only on one side, or have another text there. */
export function changedFiles(before: readonly InputFile[], now: readonly InputFile[]): string[] {
  const hashes = [before, now].map((files) => new Map(files.map(({ file, sha256 }) => [file, sha256])));
  const names = new Set([...before, ...now].map(({ file }) => file));
  return [...names].filter((name) => hashes[0].get(name) !== hashes[1].get(name));
}

function hashed(file: string, { text }: SourceText): InputFile {
  return { file, sha256: createHash('sha256').update(text).digest('hex') };
}
