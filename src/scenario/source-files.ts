// The files that a scenario names: looked up beside the file that names them, each read once; one that cannot be read is reported at that line.
import { InputError } from '../lib/errors.ts';
import { type InputDocument, valueAt } from './document.ts';
import type { ReadFile } from './files.ts';
import { readManifest } from './inputs.ts';
import type { Problems } from './problems.ts';
import type { SourceText } from './scenario.ts';

export class SourceFiles {
  /** Everything that was read. */
  readonly all: SourceText[] = [];
  readonly #readFile: ReadFile | undefined;
  readonly #problems: Problems;

  constructor(readFile: ReadFile | undefined, problems: Problems) {
    this.#readFile = readFile;
    this.#problems = problems;
  }

  /** Throws an InputError. */
  read(document: InputDocument, relative: string): SourceText {
    if (this.#readFile === undefined) throw new InputError({ file: relative, message: 'files cannot be read here' });
    const text = this.#readFile(relative, document.file);
    const known = this.all.find((one) => one.file === text.file);
    if (known === undefined) this.all.push(text);
    return known ?? text;
  }

  /** The objects of the files that `spec.manifests`, or another list of files, names. */
  manifests(document: InputDocument, field: 'manifests' | 'initialState' = 'manifests'): InputDocument[] {
    const paths = valueAt(document.value, ['spec', field]);
    if (!Array.isArray(paths)) return [];
    return paths.flatMap((path: unknown, index) =>
      typeof path === 'string' ? this.manifest(document, ['spec', field, index], path) : [],
    );
  }

  /** The objects of one manifest, which the document names at `at`. */
  manifest(document: InputDocument, at: (string | number)[], relative: string): InputDocument[] {
    try {
      return readManifest(this.read(document, relative), this.#problems);
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      for (const { file, message } of error.problems) {
        this.#problems.add(document.place(at), `${file ?? ''}: ${message}`, document.pathText(at));
      }
      return [];
    }
  }
}
