// What an importer is: it makes the text of a scenario from the files of a trace.
import type { Member } from '../../lib/family.ts';
import type { SourceText } from '../scenario.ts';

export interface ImportSources {
  /** As the user named them. */
  readonly files: readonly string[];
  /** Throws an InputError. */
  read(file: string): SourceText;
}

export type Importer = Member<ImportSources, string>;
