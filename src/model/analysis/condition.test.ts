// Conditions as expr evaluates them (Argo's utils/evaluate): values, types that must fit, and what is refused.
import { describe, expect, it } from 'vitest';
import { parseCondition } from './condition.ts';
import { holds, type Result } from './condition-value.ts';

const ask = (text: string, result: Result): boolean => holds(parseCondition(text), result);

describe('a condition', () => {
  it.each<[string, Result, boolean]>([
    ['result[0] >= 0.95', [0.95], true],
    ['result[0] >= 0.95', [0.949], false],
    ['result < 0.05', 0, true],
    ['result[0] > 1 and result[1] < 3', [2, 2.5], true],
    ['result[0] > 1 && result[1] < 2 || len(result) == 2', [2, 2.5], true],
    ['not (result == 1)', 1, false],
    ['!(result == 1)', 2, true],
    ['all(result, {# > 0.9})', [1, 0.95], true],
    ['all(result, # > 0.9)', [1, 0.5], false],
    ['any(result, # > 0.9)', [1, 0.5], true],
    ['none(result, # > 1)', [1, 0.5], true],
    ['one(result, # >= 1)', [1, 0.5], true],
    ['count(result, # > 0) == 2', [1, 0.5], true],
    ['len(filter(result, # > 0.6)) == 1', [1, 0.5], true],
    ['len(result) == 0 or result[0] <= 1', [], true],
    ['result[-1] == 3', [1, 2, 3], true],
    ['result * 2 + 1 == 2 ** 3 - 1', 3, true],
    ['1 + 2 * 3 == 7', null, true],
    ['result % 2 == 1 ? result > 2 : false', 3, true],
    ['default(result, 0) < 0.05', null, true],
    ['(result ?? 1) == 1', null, true],
    ['isNil(result)', null, true],
    ['isNaN(result) || result < 1', Number.NaN, true],
    ['result < 1', Number.NaN, false],
    ['isInf(result)', -Infinity, true],
    ['asInt(result) == 1', 1.9, true],
    ['asFloat("0.5") == result', 0.5, true],
    ['result in [1, 2]', 2, true],
    ['result not in [1, 2]', 2, false],
    ['max(result) - min(result) < 2', [1, 2.5], true],
    ['mean(result) == 2 and sum(result) == 4', [1, 3], true],
    ['true', 0, true],
  ])('%s of %j is %s', (text, result, answer) => {
    expect(ask(text, result)).toBe(answer);
  });

  it.each<[string, Result, string]>([
    ['result[0] > 1', [], 'index out of range: 0 (array length is 0)'],
    ['result > 1', null, 'invalid operation: <nil> > float64'],
    ['result > 1', [2], 'invalid operation: []float64 > float64'],
    ['result', 1, 'expected bool, but got float64'],
    ['result[0] == 1', 1, 'cannot fetch 0 from float64'],
    ['not result', 1, 'invalid operation: not (type float64)'],
    ['len(result) > 0', 1, 'invalid argument for len (type float64)'],
    ['max(result) > 0', [], 'max() of an empty list'],
  ])('%s of %j fails', (text, result, message) => {
    expect(() => ask(text, result)).toThrow(message);
  });

  it.each([
    ['result[0] >=', 'expected a value, result or a function, got the end'],
    ['result[0] > = 1', 'unexpected "=" at character 13'],
    ['resul[0] > 1', 'nothing here is called "resul" (did you mean "result"?)'],
    ['result.status == 1', 'which has no fields: take one by result[0]'],
    ['result[0:2]', 'slices are not simulated'],
    ['len(result, 1) > 0', 'len() takes 1 argument, got 2'],
    ['result > 1 1', 'expected the end or an operator, got "1" at character 12'],
    ['constructor(result)', 'nothing here is called "constructor"'],
    ['result = 1', 'unexpected "=" at character 8'],
  ])('%s is refused', (text, message) => {
    expect(() => parseCondition(text)).toThrow(message);
  });
});
