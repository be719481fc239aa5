// What an importer is: it makes a scenario, with files beside it where there is more, of what others recorded.
import type { Member } from '../../lib/family.ts';
import type { SourceText } from '../scenario.ts';

export interface SourceLine {
  /** From 1. */
  readonly line: number;
  readonly text: string;
}

export interface ImportSources {
  /** As the user named them. */
  readonly files: readonly string[];
  /** Throws an InputError. */
  read(file: string): SourceText;
  /** A file line by line, however large it is: no more than a piece of it is in memory. Throws an InputError. */
  lines(this: void, file: string): Iterable<SourceLine>;
  /** The files in a folder and below it, in order of their names; a file stands for itself. Throws an InputError. */
  within(file: string): readonly string[];
}

/** A file beside the scenario: its name and its text, whole or in pieces. */
export interface ImportedFile {
  readonly name: string;
  readonly text: string | Iterable<string>;
}

export interface Imported {
  /** The text of the scenario. */
  readonly scenario: string;
  readonly files?: readonly ImportedFile[];
  /** What was found, and what was assumed or left out: a sentence each. */
  readonly notes: readonly string[];
}

/** The text of a scenario alone has nothing more to say. */
export type Importer = Member<ImportSources, string | Imported | Promise<Imported>>;
