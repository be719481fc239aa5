// What of a page is found together: the text below one heading, or a row of a reference.

export interface Passage {
  /** Empty: the beginning of the page. */
  readonly id: string;
  /** Empty: the page's own title. */
  readonly heading: string;
  readonly text: string;
}

interface Growing {
  readonly id: string;
  readonly heading: string;
  text: string;
}

/** Collects passages while a page is read from its beginning to its end. */
export class Passages {
  readonly #done: Growing[] = [];
  #section: Growing = { id: '', heading: '', text: '' };
  #row: Growing | undefined;

  beginSection(id: string, heading: string): void {
    this.#done.push(this.#section);
    this.#section = { id, heading, text: '' };
  }

  beginRow(id: string, heading: string): void {
    this.#row = { id, heading, text: '' };
  }

  endRow(): void {
    if (this.#row !== undefined) this.#done.push(this.#row);
    this.#row = undefined;
  }

  /** Whether a row with a place of its own is being read. */
  get inRow(): boolean {
    return this.#row !== undefined;
  }

  add(words: string): void {
    const into = this.#row ?? this.#section;
    into.text = `${into.text} ${words}`.trim();
  }

  /** Those that say something. */
  all(): Passage[] {
    return [...this.#done, this.#section].filter(({ text, heading }) => text !== '' || heading !== '');
  }
}
