// What a condition says of a measured result, as expr evaluates it: types must fit, and an index must be there.
import { type Condition, OF_EACH } from './condition.ts';
import { ExpressionProblem } from './tokens.ts';

/** A measured value: one number, those of a vector, or nothing. */
export type Result = number | readonly number[] | null;

type Value = number | string | boolean | null | readonly Value[];

/** True or false; throws an ExpressionProblem in the words of a measurement's message. */
export function holds(condition: Condition, result: Result): boolean {
  const value = valueOf(condition, { result, each: null });
  if (typeof value !== 'boolean') throw new ExpressionProblem(`expected bool, but got ${typeName(value)}`);
  return value;
}

interface Scope {
  readonly result: Result;
  readonly each: Value;
}

function valueOf(condition: Condition, scope: Scope): Value {
  switch (condition.is) {
    case 'value':
      return condition.value;
    case 'name':
      return condition.name === 'result' ? scope.result : scope.each;
    case 'list':
      return condition.items.map((item) => valueOf(item, scope));
    case 'unary': {
      const value = valueOf(condition.of, scope);
      if (condition.operator === '!') return !asBoolean('not', value);
      const number = asNumber(condition.operator, value);
      return condition.operator === '-' ? -number : number;
    }
    case 'binary':
      return combined(condition, scope);
    case 'choice':
      return valueOf(asBoolean('?:', valueOf(condition.test, scope)) ? condition.yes : condition.no, scope);
    case 'item':
      return itemOf(valueOf(condition.of, scope), valueOf(condition.index, scope));
    case 'call':
      return called(condition.name, condition.args, scope);
  }
}

function combined({ operator, left, right }: Extract<Condition, { readonly is: 'binary' }>, scope: Scope): Value {
  const a = valueOf(left, scope);
  if (operator === '&&') return asBoolean('and', a) && asBoolean('and', valueOf(right, scope));
  if (operator === '||') return asBoolean('or', a) || asBoolean('or', valueOf(right, scope));
  const b = valueOf(right, scope);
  if (operator === '==') return same(a, b);
  if (operator === '!=') return !same(a, b);
  if (operator === 'in') return isIn(a, b);
  if (operator === 'not in') return !isIn(a, b);
  if (typeof a === 'string' && typeof b === 'string') return ofTexts(operator, a, b);
  if (typeof a !== 'number' || typeof b !== 'number') return mismatch(operator, a, b);
  return ofNumbers(operator, a, b);
}

function ofNumbers(operator: string, a: number, b: number): Value {
  switch (operator) {
    case '<':
      return a < b;
    case '<=':
      return a <= b;
    case '>':
      return a > b;
    case '>=':
      return a >= b;
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '/':
      return a / b;
    case '%':
      return a % b;
    default:
      return a ** b;
  }
}

function ofTexts(operator: string, a: string, b: string): Value {
  if (operator === '+') return a + b;
  if (operator === '<') return a < b;
  if (operator === '<=') return a <= b;
  if (operator === '>') return a > b;
  if (operator === '>=') return a >= b;
  return mismatch(operator, a, b);
}

function called(name: string, args: readonly Condition[], scope: Scope): Value {
  const first = valueOf(args[0], scope);
  if (OF_EACH.has(name)) return ofEach(name, asList(name, first), (each) => valueOf(args[1], { ...scope, each }));
  switch (name) {
    case 'len':
      return typeof first === 'string' ? first.length : asList(name, first).length;
    case 'asInt':
      return Math.trunc(converted(name, first));
    case 'asFloat':
      return converted(name, first);
    case 'isNaN':
      return Number.isNaN(asNumber(name, first));
    case 'isInf':
      return Math.abs(asNumber(name, first)) === Infinity;
    // Argo asks both of the result, whatever the argument is.
    case 'isNil':
      return scope.result === null;
    case 'default':
      return scope.result ?? valueOf(args[1], scope);
    case 'abs':
      return Math.abs(asNumber(name, first));
    default:
      return summary(name, [first, ...args.slice(1).map((arg) => valueOf(arg, scope))]);
  }
}

/** Of the numbers that are given one by one or in lists. */
function summary(name: string, given: readonly Value[]): number {
  const numbers = given
    .flatMap((one) => (Array.isArray(one) ? (one as readonly Value[]) : [one]))
    .map((one) => asNumber(name, one));
  if (numbers.length === 0 && name !== 'sum') throw new ExpressionProblem(`${name}() of an empty list`);
  if (name === 'max') return Math.max(...numbers);
  if (name === 'min') return Math.min(...numbers);
  const sum = numbers.reduce((a, b) => a + b, 0);
  return name === 'mean' ? sum / numbers.length : sum;
}

function ofEach(name: string, items: readonly Value[], ask: (item: Value) => Value): Value {
  if (name === 'map') return items.map(ask);
  const found = items.filter((item) => asBoolean(name, ask(item)));
  switch (name) {
    case 'all':
      return found.length === items.length;
    case 'any':
      return found.length > 0;
    case 'one':
      return found.length === 1;
    case 'none':
      return found.length === 0;
    case 'count':
      return found.length;
    default:
      return found;
  }
}

function itemOf(of: Value, index: Value): Value {
  if (!isList(of)) throw new ExpressionProblem(`cannot fetch ${show(index)} from ${typeName(of)}`);
  const at = Math.trunc(asNumber('[]', index));
  const item = of.at(at);
  if (item === undefined) {
    throw new ExpressionProblem(`index out of range: ${at} (array length is ${of.length})`);
  }
  return item;
}

function isIn(item: Value, of: Value): boolean {
  if (of === null) return false;
  if (!isList(of)) throw new ExpressionProblem(`operator "in" not defined on ${typeName(of)}`);
  return of.some((one) => same(one, item));
}

function same(a: Value, b: Value): boolean {
  if (isList(a) && isList(b)) return a.length === b.length && a.every((item, i) => same(item, b[i]));
  return a === b;
}

function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}

function asList(name: string, value: Value): readonly Value[] {
  if (isList(value)) return value;
  throw new ExpressionProblem(`invalid argument for ${name} (type ${typeName(value)})`);
}

function asNumber(operator: string, value: Value): number {
  if (typeof value === 'number') return value;
  throw new ExpressionProblem(`invalid operation: ${operator} (type ${typeName(value)})`);
}

function asBoolean(operator: string, value: Value): boolean {
  if (typeof value === 'boolean') return value;
  throw new ExpressionProblem(`invalid operation: ${operator} (type ${typeName(value)})`);
}

function converted(name: string, value: Value): number {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof number !== 'number' || (typeof value === 'string' && Number.isNaN(number))) {
    throw new ExpressionProblem(`${name}() not supported on ${typeName(value)} ${show(value)}`);
  }
  return number;
}

function mismatch(operator: string, a: Value, b: Value): never {
  throw new ExpressionProblem(`invalid operation: ${typeName(a)} ${operator} ${typeName(b)}`);
}

/** As Go names it. */
function typeName(value: Value): string {
  if (value === null) return '<nil>';
  if (isList(value)) return '[]float64';
  return { number: 'float64', string: 'string', boolean: 'bool' }[typeof value as 'number' | 'string' | 'boolean'];
}

function show(value: Value): string {
  return value === null ? '<nil>' : JSON.stringify(value);
}
