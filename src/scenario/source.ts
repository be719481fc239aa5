// A text of the input by name, and the line and column of each of its offsets.
import { InputError } from '../lib/errors.ts';
import type { Place } from '../lib/errors.ts';

/** No input file may be larger. */
export const MAX_FILE_BYTES = 32 * 1024 * 1024;

export class Source {
  readonly file: string;
  readonly text: string;
  private lineStarts: number[] | undefined;

  /** Throws an InputError when the text is larger than 32 MiB. */
  constructor(file: string, text: string) {
    if (text.length > MAX_FILE_BYTES || Buffer.byteLength(text) > MAX_FILE_BYTES) {
      throw new InputError({ file, message: 'the file is larger than 32 MiB, which is the limit' });
    }
    this.file = file;
    this.text = text.startsWith('\uFEFF') ? text.slice(1) : text;
  }

  /** Line and column (from 1) of a character offset. */
  place(offset: number): Place {
    this.lineStarts ??= findLineStarts(this.text);
    const starts = this.lineStarts;
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (starts[middle] <= offset) low = middle;
      else high = middle - 1;
    }
    return { file: this.file, line: low + 1, column: offset - starts[low] + 1 };
  }
}

function findLineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}
