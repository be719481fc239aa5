// Texts of a frame, each once: rows hold their numbers.

export class Strings {
  readonly #numbers = new Map<string, number>();
  #fresh: string[] = [];

  /** The number of a text. */
  of(text: string): number {
    let number = this.#numbers.get(text);
    if (number === undefined) {
      number = this.#numbers.size;
      this.#numbers.set(text, number);
      this.#fresh.push(text);
    }
    return number;
  }

  /** Those that are new since the last time. */
  take(): string[] {
    const fresh = this.#fresh;
    this.#fresh = [];
    return fresh;
  }
}
