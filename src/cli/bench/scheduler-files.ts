// `--schedulers`: names, and files with a KubeSchedulerConfiguration, as the variants of a bench.
import { basename, extname } from 'node:path';
import { InputError, type Problem } from '../../lib/errors.ts';
import { parsePath } from '../../lib/path.ts';
import { readSource } from '../../scenario/files.ts';
import { Source } from '../../scenario/source.ts';
import { parseYaml, type YamlDocument } from '../../scenario/yaml.ts';

const OPTION = '--schedulers';
const CONFIG = 'spec.scheduler.config';

export class Schedulers {
  /** As `spec.bench` has them: a name as it is, a file as a variant with its configuration. */
  readonly variants: unknown[];
  readonly #documents = new Map<string, YamlDocument>();

  /** Throws an InputError. */
  constructor(text: string) {
    const words = text.split(',').map((word) => word.trim());
    if (words.includes('')) {
      throw new InputError(`${OPTION}: expected names and files separated by commas, got ${JSON.stringify(text)}`);
    }
    this.variants = words.map((word) => this.#variant(word));
  }

  #variant(word: string): unknown {
    const extension = extname(word);
    if (!['.yaml', '.yml', '.json'].includes(extension)) return word;
    const { file, text } = readSource(word);
    const documents = parseYaml(new Source(file, text));
    if (documents.length !== 1) {
      throw new InputError({
        file,
        message: `expected one KubeSchedulerConfiguration, found ${documents.length} documents`,
      });
    }
    if (documents[0].oversights.length > 0) throw new InputError(documents[0].oversights);
    const name = basename(word, extension);
    this.#documents.set(`${OPTION} ${name}`, documents[0]);
    return { name, set: { [CONFIG]: documents[0].value } };
  }

  /** Does the work; what is wrong with a configuration is reported at its line in its own file. */
  placed<Result>(work: () => Result): Result {
    try {
      return work();
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      throw new InputError(error.problems.map((problem) => this.#placed(problem)));
    }
  }

  #placed(problem: Problem): Problem {
    const { file = '', path = '', message } = problem;
    const document = this.#documents.get(file);
    if (document === undefined || !path.startsWith(CONFIG)) return problem;
    const own = path.slice(CONFIG.length).replace(/^\./, '');
    return { ...document.place(parsePath(own)), ...(own === '' ? {} : { path: own }), message };
  }
}
