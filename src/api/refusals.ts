// Why requests were refused by admission: each sentence once, and the code with which clients are answered.
import { Interner } from '../model/interner.ts';
import { Refused } from './refused.ts';

export class Refusals {
  readonly #sentences = new Interner<string>((sentence) => sentence);

  /** The code of a refusal with that sentence. */
  code(sentence: string): number {
    return Refused.Forbidden - this.#sentences.id(sentence);
  }

  sentence(code: number): string {
    return this.#sentences.get(Refused.Forbidden - code);
  }
}
