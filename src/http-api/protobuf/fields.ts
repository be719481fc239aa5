// Which field of a message has which number.
import { FIELDS } from './fields.generated.ts';

interface NumberedField {
  readonly field: string;
  /** The message whose fields are those of the one around it. */
  readonly embedded: string | undefined;
}

const FIELD = /^(\w+)=(\d+)(?:>([\w.]+))?$/;
let lines: ReadonlyMap<string, string> | undefined;
const known = new Map<string, ReadonlyMap<number, NumberedField>>();

/** By number; undefined for a type that has no message. */
export function numbersOf(message: string): ReadonlyMap<number, NumberedField> | undefined {
  const parsed = known.get(message);
  if (parsed !== undefined) return parsed;
  lines ??= new Map(FIELDS.split('\n').map((line) => [line.slice(0, line.indexOf(' ')), line]));
  const line = lines.get(message);
  if (line === undefined) return undefined;
  const numbers = new Map<number, NumberedField>();
  for (const text of line.split(' ').slice(1)) {
    const [, field, number, embedded] = FIELD.exec(text) as unknown as [string, string, string, string | undefined];
    numbers.set(Number(number), { field, embedded });
  }
  known.set(message, numbers);
  return numbers;
}
