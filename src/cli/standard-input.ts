// `-` on the command line is standard input.

/** Stands for `-` on its way through the parser of the command line, which drops a `-` in a list. */
export const STANDARD_INPUT_WORD = '<stdin>';
