// What a file of verbs exports: its options, and what it does. It is loaded when the verb is used.
import type { Argv } from 'yargs';

export interface Verb<Arguments> {
  /** Declares the options. */
  readonly builder: (argv: Argv) => unknown;
  readonly handler: (given: Arguments) => Promise<void> | void;
}

/** A verb as `wavetank --help` lists it. */
export interface DeclaredVerb {
  /** Its name and its arguments, as yargs takes them: `run <files..>`. */
  readonly command: string;
  readonly describe: string;
  readonly load: () => Promise<Verb<never>>;
}
