// The text of a label selector → requirements. Grammar and messages of apimachinery's lexer and recursive-descent parser.
import {
  aggregate,
  byBytes,
  keyProblems,
  type LabelOperator,
  type LabelRequirement,
  requirementProblems,
} from './label-requirement.ts';

/** What is wrong with the text, in Kubernetes' words. */
export class LabelSelectorTextError extends Error {
  override readonly name = 'LabelSelectorTextError';
}

type TokenKind = 'identifier' | 'end' | '(' | ')' | ',' | LabelOperator;

interface Token {
  readonly kind: TokenKind;
  readonly text: string;
}

const SYMBOLS: ReadonlySet<string> = new Set(['(', ')', ',', '!', '=', '==', '!=', '>', '<']);
const BINARY_OPERATORS = ['in', 'notin', '=', '==', '!=', '>', '<'] as const;
const LEXEME = /[ \t\r\n]+|==|!=|[()=!,<>]|[^ \t\r\n()=!,<>]+/g;
const END: Token = { kind: 'end', text: '' };

/** Reads the requirements in the order of the text. Throws LabelSelectorTextError. */
export function readLabelSelector(text: string): LabelRequirement[] {
  const reader = new Reader(tokenize(text));
  return reader.requirements();
}

function tokenize(text: string): Token[] {
  // The lexer takes a NUL for the end.
  const end = text.indexOf('\0');
  const lexemes = (end < 0 ? text : text.slice(0, end)).match(LEXEME) ?? [];
  return lexemes
    .filter((lexeme) => lexeme.trim() !== '')
    .map((lexeme): Token => {
      const isKeyword = SYMBOLS.has(lexeme) || lexeme === 'in' || lexeme === 'notin';
      return { kind: isKeyword ? (lexeme as TokenKind) : 'identifier', text: lexeme };
    });
}

class Reader {
  private readonly tokens: readonly Token[];
  private position = 0;

  constructor(tokens: readonly Token[]) {
    this.tokens = tokens;
  }

  requirements(): LabelRequirement[] {
    const requirements: LabelRequirement[] = [];
    if (this.peek().kind === 'end') return requirements;
    if (!this.startsRequirement()) fail(`found '${this.peek().text}', expected: !, identifier, or 'end of string'`);
    for (;;) {
      requirements.push(this.requirement());
      const next = this.take();
      if (next.kind === 'end') return requirements;
      if (next.kind !== ',') fail(`found '${next.text}', expected: ',' or 'end of string'`);
      if (!this.startsRequirement()) fail(`found '${this.peek().text}', expected: identifier after ','`);
    }
  }

  private startsRequirement(): boolean {
    const { kind } = this.peek();
    return kind === 'identifier' || kind === '!';
  }

  private requirement(): LabelRequirement {
    const negated = this.peek().kind === '!';
    if (negated) this.take();
    const key = this.take();
    if (key.kind !== 'identifier') failRequirement(`found '${key.text}', expected: identifier`);
    const wrong = keyProblems('<nil>', key.text);
    if (wrong.length > 0) failRequirement(aggregate(wrong));
    if (negated) return checked({ key: key.text, operator: '!', values: [] });
    const next = this.peek().kind;
    if (next === 'end' || next === ',') return checked({ key: key.text, operator: 'exists', values: [] });
    const operator = this.operator();
    const values = operator === 'in' || operator === 'notin' ? this.values() : this.exactValue();
    return checked({ key: key.text, operator, values: [...new Set(values)].sort(byBytes) });
  }

  private operator(): LabelOperator {
    const { kind, text } = this.takeRaw();
    const operator = BINARY_OPERATORS.find((known) => known === kind);
    return operator ?? failRequirement(`found '${text}', expected: in, notin, =, ==, !=, gt, lt`);
  }

  private values(): string[] {
    const open = this.take();
    if (open.kind !== '(') failRequirement(`found '${open.text}' expected: '('`);
    const { kind, text } = this.peek();
    if (kind === ')') {
      this.take();
      return [''];
    }
    if (kind !== 'identifier' && kind !== ',') failRequirement(`found '${text}', expected: ',', ')' or identifier`);
    const values = this.list();
    const close = this.take();
    if (close.kind !== ')') failRequirement(`found '${text}', expected: ')'`);
    return values;
  }

  // Empty places count as empty values: `(,)`, `(a,)`, `(a,,b)`.
  private list(): string[] {
    const values: string[] = [];
    for (;;) {
      const { kind, text } = this.take();
      if (kind === 'identifier') {
        values.push(text);
        const next = this.peek();
        if (next.kind === ')') return values;
        if (next.kind !== ',') failRequirement(`found '${next.text}', expected: ',' or ')'`);
      } else if (kind === ',') {
        if (values.length === 0) values.push('');
        const next = this.peek();
        if (next.kind === ')') {
          values.push('');
          return values;
        }
        if (next.kind === ',') {
          this.take();
          values.push('');
        }
      } else {
        failRequirement(`found '${text}', expected: ',', or identifier`);
      }
    }
  }

  private exactValue(): string[] {
    const next = this.peek().kind;
    if (next === 'end' || next === ',') return [''];
    const { kind, text } = this.take();
    if (kind !== 'identifier') failRequirement(`found '${text}', expected: identifier`);
    return [text];
  }

  private peek(): Token {
    return asValue(this.tokens[this.position] ?? END);
  }

  private take(): Token {
    return asValue(this.takeRaw());
  }

  private takeRaw(): Token {
    const token = this.tokens[this.position] ?? END;
    this.position += 1;
    return token;
  }
}

// Where an operator cannot stand, `in` and `notin` are ordinary words.
function asValue(token: Token): Token {
  return token.kind === 'in' || token.kind === 'notin' ? { kind: 'identifier', text: token.text } : token;
}

function checked(requirement: LabelRequirement): LabelRequirement {
  const problems = requirementProblems(requirement);
  if (problems.length > 0) failRequirement(aggregate(problems));
  return requirement;
}

function fail(message: string): never {
  throw new LabelSelectorTextError(message);
}

function failRequirement(message: string): never {
  return fail(`unable to parse requirement: ${message}`);
}
