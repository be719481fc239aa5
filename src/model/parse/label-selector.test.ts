// Label selectors beyond the golden records: corners of the grammar, nothing and everything, hostile keys.
import { expect, test } from 'vitest';
import { InputError } from '../../lib/errors.ts';
import { compileLabelMap, compileLabelSelector, parseLabelSelector } from './label-selector.ts';

test.each([
  ['a in ()', 'a in ()'],
  ['a in (,)', 'a in ()'],
  ['a in (x,,y)', 'a in (,x,y)'],
  ['in in (notin)', 'in in (notin)'],
  ['a=in', 'a=in'],
  [' b , a ', 'a,b'],
])('%s reads as %s', (text, canonical) => {
  expect(parseLabelSelector(text).canonical()).toBe(canonical);
});

test('no selector selects nothing, an empty one everything', () => {
  const labels = { app: 'web' };
  expect(compileLabelSelector(null).matches(labels)).toBe(false);
  expect(compileLabelSelector(undefined).isNothing()).toBe(true);
  expect(compileLabelSelector({}).matches(labels)).toBe(true);
  expect(compileLabelSelector({}).isEmpty()).toBe(true);
});

test('the map of a Service selects nothing when it is empty', () => {
  expect(compileLabelMap({}).matches({ app: 'web' })).toBe(false);
  expect(compileLabelMap({ app: 'web' }).matches({ app: 'web', tier: 'front' })).toBe(true);
});

test('keys of Object.prototype are ordinary keys', () => {
  expect(parseLabelSelector('constructor').matches({})).toBe(false);
  expect(parseLabelSelector('!toString').matches({})).toBe(true);
});

test('a wrong selector is an input error in the words of Kubernetes', () => {
  expect(() => parseLabelSelector('a in x')).toThrow(InputError);
  expect(() => compileLabelSelector({ matchExpressions: [{ key: 'a', operator: 'Near' }] })).toThrow(
    '"Near" is not a valid label selector operator',
  );
});
