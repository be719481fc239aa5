// Examples below a verb's help: what one does, then the line to type, never broken in two.
import type { Argv } from 'yargs';

/** Pairs of a sentence and a command. */
export function withExamples<T>(
  argv: Argv<T>,
  examples: readonly (readonly [says: string, command: string])[],
): Argv<T> {
  const lines = examples.flatMap(([says, command]) => [`  # ${says}`, `  ${command}`]);
  return argv.epilogue(['Examples:', ...lines].join('\n'));
}
