// Turns a good file into a hostile one: a few edits of the kinds that break readers, by a seed.
import seedrandom from 'seedrandom';

/** What other programs, other systems and attackers put into files. */
const JUNK = [
  '',
  '\0',
  '\r\n',
  '\n',
  '\uFEFF',
  '\u2028',
  '\uD800',
  '"',
  "'",
  '`',
  ',',
  ',,,,',
  ';',
  ': ',
  '\t',
  '{',
  '}',
  '[',
  ']',
  '{}',
  '[]',
  'null',
  'true',
  'NaN',
  'Infinity',
  '-1',
  '0',
  '1e308',
  '-1e999',
  '9007199254740993',
  '0x10',
  '00',
  '1.5',
  '__proto__',
  'constructor',
  'toString',
  '../../etc/passwd',
  'C:\\CON',
  '${x}',
  '%s%n',
  '&a',
  '*a',
  '<<: ',
  '!!js/function ',
  '# ',
  '\n- x: y\n',
  '\nspec: {}\n',
  '🦀',
  'ﬀ',
  'a'.repeat(300),
];

export function randomOf(seed: string): () => number {
  return seedrandom(seed);
}

/** One to four edits of `text`. */
export function mutated(text: string, random: () => number): string {
  let made = text;
  for (let edits = 1 + below(random, 4); edits > 0; edits -= 1) made = EDITS[below(random, EDITS.length)](made, random);
  return made;
}

type Edit = (text: string, random: () => number) => string;

const below = (random: () => number, bound: number): number => Math.floor(random() * bound);
const junk = (random: () => number): string => JUNK[below(random, JUNK.length)];

/** Places and lengths of words and numbers. */
function words(text: string): { at: number; word: string }[] {
  return [...text.matchAll(/[\p{L}\p{N}_.+-]+/gu)].map((found) => ({ at: found.index, word: found[0] }));
}

const EDITS: readonly Edit[] = [
  // A word becomes junk, or another word of the file.
  (text, random) => {
    const all = words(text);
    if (all.length === 0) return junk(random);
    const { at, word } = all[below(random, all.length)];
    const other = random() < 0.5 ? junk(random) : all[below(random, all.length)].word;
    return text.slice(0, at) + other + text.slice(at + word.length);
  },
  // Junk is put in, or in place of some characters.
  (text, random) => {
    const at = below(random, text.length + 1);
    return text.slice(0, at) + junk(random) + text.slice(at + below(random, 6));
  },
  // A number becomes another one.
  (text, random) => {
    const numbers = words(text).filter(({ word }) => /^[-+]?\d/.test(word));
    if (numbers.length === 0) return text;
    const { at, word } = numbers[below(random, numbers.length)];
    const other = ['0', '-1', '1e308', '1e15', '99999999999999999999', '0.0000001', 'NaN', '', word.repeat(3)][
      below(random, 9)
    ];
    return text.slice(0, at) + other + text.slice(at + word.length);
  },
  // A line is left out, doubled, or moved.
  (text, random) => {
    const lines = text.split('\n');
    const [from, to] = [below(random, lines.length), below(random, lines.length)];
    const line = lines[from];
    if (random() < 0.6) lines.splice(from, 1);
    if (random() < 0.6) lines.splice(to, 0, line);
    return lines.join('\n');
  },
  // The file ends too early.
  (text, random) => text.slice(0, below(random, text.length + 1)),
  // The ends of lines are those of Windows, or of an old Macintosh.
  (text, random) => text.replaceAll('\n', random() < 0.8 ? '\r\n' : '\r'),
  // Deep nesting.
  (text, random) => {
    const at = below(random, text.length + 1);
    const [open, close] = random() < 0.5 ? ['[', ']'] : ['{"a":', '}'];
    const depth = 10 ** (1 + below(random, 4));
    return text.slice(0, at) + open.repeat(depth) + (random() < 0.5 ? `1${close.repeat(depth)}` : '') + text.slice(at);
  },
  // A part of the file comes again.
  (text, random) => {
    const [at, from] = [below(random, text.length + 1), below(random, text.length + 1)];
    return text.slice(0, at) + text.slice(from, from + below(random, 200)) + text.slice(at);
  },
];
