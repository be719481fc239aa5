// Field selectors: `metadata.name=web,status.phase!=Running`.
import { InputError } from '../../lib/errors.ts';
import { byBytes } from './label-requirement.ts';

interface FieldTerm {
  readonly field: string;
  readonly equal: boolean;
  readonly value: string;
}

const OPERATORS = ['!=', '==', '='] as const;

/** A compiled field selector: all terms must hold; a missing field counts as empty. Immutable. */
export class FieldSelector {
  private readonly terms: readonly FieldTerm[];

  constructor(terms: readonly FieldTerm[]) {
    this.terms = terms;
  }

  matches(fields: Readonly<Record<string, string>>): boolean {
    return this.terms.every(({ field, equal, value }) => {
      const actual = Object.hasOwn(fields, field) ? fields[field] : '';
      return (actual === value) === equal;
    });
  }

  /** The names of the fields that it looks at. */
  fields(): readonly string[] {
    return this.terms.map(({ field }) => field);
  }

  /** As Kubernetes prints it: terms sorted, values escaped. */
  canonical(): string {
    return this.terms.map(({ field, equal, value }) => `${field}${equal ? '=' : '!='}${escapeValue(value)}`).join(',');
  }
}

/** Reads the text of a field selector; the empty text selects everything. Throws InputError with Kubernetes' message. */
export function parseFieldSelector(text: string): FieldSelector {
  const terms: FieldTerm[] = [];
  for (const part of splitTerms(text).sort(byBytes)) {
    if (part === '') continue;
    const term = splitTerm(part);
    if (term === undefined) throw new InputError(`invalid selector: '${text}'; can't understand '${part}'`);
    const value = unescapeValue(term.value);
    // `=` alone says nothing and selects everything.
    if (term.field === '' && value === '') continue;
    terms.push({ ...term, value });
  }
  return new FieldSelector(terms);
}

function splitTerms(text: string): string[] {
  const terms: string[] = [];
  let start = 0;
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '\\') {
      i += 1;
    } else if (text[i] === ',') {
      terms.push(text.slice(start, i));
      start = i + 1;
    }
  }
  terms.push(text.slice(start));
  return terms;
}

function splitTerm(term: string): FieldTerm | undefined {
  for (let i = 0; i < term.length; i++) {
    const operator = OPERATORS.find((candidate) => term.startsWith(candidate, i));
    if (operator === undefined) continue;
    return { field: term.slice(0, i), equal: operator !== '!=', value: term.slice(i + operator.length) };
  }
  return undefined;
}

function unescapeValue(text: string): string {
  let value = '';
  let escaped = false;
  for (const character of text) {
    const special = character === '\\' || character === ',' || character === '=';
    if (escaped && !special) throw new InputError(`invalid field selector: invalid escape sequence: \\${character}`);
    if (!escaped && special && character !== '\\') {
      throw new InputError(`invalid field selector: unescaped character in value: ${character.codePointAt(0)}`);
    }
    escaped = !escaped && character === '\\';
    if (!escaped) value += character;
  }
  if (escaped) throw new InputError('invalid field selector: invalid escape sequence: \\');
  return value;
}

function escapeValue(value: string): string {
  return value.replace(/[\\,=]/g, (character) => `\\${character}`);
}
