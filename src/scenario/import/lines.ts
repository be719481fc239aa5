// A file line by line, in bounded memory.
import { closeSync, openSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { StringDecoder } from 'node:string_decoder';
import { InputError } from '../../lib/errors.ts';
import { readError, readPiece, STANDARD_INPUT } from '../files.ts';
import type { SourceLine } from './importer.ts';

const PIECE_BYTES = 1 << 20;
/** A longer line is no line of a trace. */
const LONGEST_LINE = 16 * 1024 * 1024;

/** Lines without their ends (`\n` or `\r\n`); `-` is standard input. Throws an InputError. */
export function* linesOf(file: string): Generator<SourceLine, void, undefined> {
  let descriptor: number;
  try {
    descriptor = file === STANDARD_INPUT ? 0 : openSync(file, 'r');
  } catch (error) {
    throw readError(error, file);
  }
  const piece = Buffer.allocUnsafe(PIECE_BYTES);
  const decoder = new StringDecoder('utf8');
  let rest = '';
  let line = 0;
  try {
    for (;;) {
      const bytes = pieceOf(descriptor, piece, file);
      const text = rest + (bytes === 0 ? decoder.end() : decoder.write(piece.subarray(0, bytes)));
      let from = 0;
      for (let to = text.indexOf('\n'); to !== -1; to = text.indexOf('\n', from)) {
        line += 1;
        const end = to > from && text.charCodeAt(to - 1) === 13 ? to - 1 : to;
        yield { line, text: text.slice(line === 1 && text.charCodeAt(0) === 0xfeff ? 1 : from, end) };
        from = to + 1;
      }
      rest = text.slice(from);
      if (rest.length > LONGEST_LINE)
        throw new InputError({ file, line: line + 1, message: 'the line is longer than 16 MiB, which is the limit' });
      if (bytes > 0) continue;
      if (rest !== '') yield { line: line + 1, text: rest };
      return;
    }
  } finally {
    if (descriptor !== 0) closeSync(descriptor);
  }
}

function pieceOf(descriptor: number, piece: Buffer, file: string): number {
  try {
    return readPiece(descriptor, piece);
  } catch (error) {
    throw readError(error, file);
  }
}

/** The files in a folder and below it, in order of their names; a file stands for itself. Throws an InputError. */
export function filesWithin(file: string): string[] {
  if (file === STANDARD_INPUT) return [file];
  try {
    if (!statSync(file).isDirectory()) return [file];
    return readdirSync(file)
      .sort()
      .flatMap((name) => filesWithin(join(file, name)));
  } catch (error) {
    throw readError(error, file);
  }
}
