// The words of a condition or a query, one after the other, with what is needed to say where one of them is wrong.

export interface Token {
  readonly kind: 'number' | 'duration' | 'text' | 'name' | 'sign' | 'end';
  /** As written; of a text what is between its quotes. */
  readonly text: string;
  /** Characters before it. */
  readonly at: number;
}

/** What is wrong with an expression, in words that end a sentence. */
export class ExpressionProblem extends Error {
  override readonly name = 'ExpressionProblem';
}

export interface Language {
  /** Longer signs before shorter ones. */
  readonly signs: readonly string[];
  /** What a name may look like, from its first character on; sticky. */
  readonly names: RegExp;
  /** Whether a number with a unit is a duration: `5m`. */
  readonly hasDurations: boolean;
}

const SPACE = /\s*(?:#[^\n]*)?/y;
const DURATION = /(?:\d+(?:ms|[smhdwy]))+(?!\w)/y;
const NUMBER = /(?:\d[\d_]*(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?(?![\w.])/y;
const TEXT = /"((?:[^"\\\n]|\\.)*)"|'((?:[^'\\\n]|\\.)*)'|`([^`]*)`/y;
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r' };

/** Throws an ExpressionProblem. */
export function tokens(text: string, language: Language): readonly Token[] {
  const found: Token[] = [];
  let at = 0;
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    return pattern.exec(text);
  };
  for (;;) {
    at += language.hasDurations ? (take(SPACE)?.[0].length ?? 0) : (take(/\s*/y)?.[0].length ?? 0);
    if (at >= text.length) break;
    const quoted = take(TEXT);
    const word = quoted ?? (language.hasDurations ? take(DURATION) : null) ?? take(NUMBER) ?? take(language.names);
    const start = at;
    if (quoted !== null) {
      const [raw = '', double, single, back] = quoted;
      found.push({ kind: 'text', text: back ?? unescaped(double ?? single ?? ''), at: start });
      at += raw.length;
    } else if (word === null) {
      const sign = language.signs.find((one) => text.startsWith(one, at));
      if (sign === undefined) throw new ExpressionProblem(`unexpected ${JSON.stringify(text[at])} at ${where(at)}`);
      found.push({ kind: 'sign', text: sign, at: start });
      at += sign.length;
    } else {
      found.push({ kind: kindOf(word[0]), text: word[0], at: start });
      at += word[0].length;
    }
  }
  found.push({ kind: 'end', text: '', at: text.length });
  return found;
}

function kindOf(word: string): Token['kind'] {
  if (!/^[.\d]/.test(word)) return 'name';
  return /[a-z]$/.test(word) ? 'duration' : 'number';
}

function unescaped(text: string): string {
  return text.replace(/\\(.)/g, (_all, one: string) => ESCAPES[one] ?? one);
}

function where(at: number): string {
  return `character ${at + 1}`;
}

/** Takes tokens one by one. */
export class TokenReader {
  readonly #tokens: readonly Token[];
  #next = 0;

  constructor(found: readonly Token[]) {
    this.#tokens = found;
  }

  get next(): Token {
    return this.#tokens[this.#next];
  }

  /** The one after the next. */
  get second(): Token {
    return this.#tokens[Math.min(this.#next + 1, this.#tokens.length - 1)];
  }

  take(): Token {
    const token = this.next;
    if (token.kind !== 'end') this.#next += 1;
    return token;
  }

  /** Whether the next token is that sign or word. */
  isNext(text: string): boolean {
    const { kind, text: found } = this.next;
    return found === text && kind !== 'text' && kind !== 'end';
  }

  /** Takes the next token if it is that sign or word. */
  takes(text: string): boolean {
    if (!this.isNext(text)) return false;
    this.#next += 1;
    return true;
  }

  expect(text: string): void {
    if (!this.takes(text)) this.unexpected(JSON.stringify(text));
  }

  /** The next token is not `expected`, which is in words. */
  unexpected(expected: string): never {
    const { kind, text, at } = this.next;
    const got = kind === 'end' ? 'the end' : `${JSON.stringify(text)} at ${where(at)}`;
    throw new ExpressionProblem(`expected ${expected}, got ${got}`);
  }
}
