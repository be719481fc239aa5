// Bad input: an error with a place and a way out, printed as compilers print theirs.

/** Where in the user's input something is wrong. Lines and columns count from 1. */
export interface Place {
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
  /** The path inside the document, as kubectl writes it: `spec.containers[0].image`. */
  readonly path?: string;
}

export interface Problem extends Place {
  readonly message: string;
}

/** `FILE:LINE:COL: path: message`, with the parts that are known. */
export function formatProblem(problem: Problem): string {
  const { file, line, column, path, message } = problem;
  let place = file ?? '';
  if (line !== undefined) place += `:${line}`;
  if (line !== undefined && column !== undefined) place += `:${column}`;
  return [place, path, message].filter((part) => part !== undefined && part !== '').join(': ');
}

/** What is wrong with the input: all problems found. The command line prints at most 20 of them and exits with 2. */
export class InputError extends Error {
  override readonly name = 'InputError';
  readonly problems: readonly Problem[];

  constructor(problems: Problem | string | readonly Problem[]) {
    const list = typeof problems === 'string' ? [{ message: problems }] : isList(problems) ? problems : [problems];
    super(list.map(formatProblem).join('\n'));
    this.problems = list;
  }
}

function isList(problems: Problem | readonly Problem[]): problems is readonly Problem[] {
  return Array.isArray(problems);
}
