// kubectl's reading of plain YAML scalars.
import { load } from 'js-yaml';
import { expect, test } from 'vitest';
import { KUBERNETES_SCHEMA } from './yaml-scalars.ts';

test.each([
  ['on', true],
  ['yes', true],
  ['y', true],
  ['NO', false],
  ['off', false],
  ['yEs', 'yEs'],
  ['0644', 420],
  ['0o644', 420],
  ['0x1F', 31],
  ['0b101', 5],
  ['-0b101', -5],
  ['1_000', 1000],
  ['1e3', 1000],
  ['1.', 1],
  ['.5', 0.5],
  ['08', 8],
  ['+5', 5],
  ['-0', 0],
  ['0', 0],
  ['00', 0],
  ['1e', '1e'],
  ['2026-01-02', '2026-01-02'],
  ['8080:80', '8080:80'],
  ['1:30', '1:30'],
  ['100m', '100m'],
  ['~', null],
  ['Null', null],
  ['', null],
  ['"on"', 'on'],
  ['!!str 5', '5'],
  ['!!float 5', 5],
  ['1.2.3', '1.2.3'],
  ['_1', '_1'],
  ['.5_0', '.5_0'],
  ['.inf', '.inf'],
])('%s', (text, value) => {
  expect(load(`key: ${text}`, { schema: KUBERNETES_SCHEMA })).toEqual({ key: value });
});

test('a merge key merges', () => {
  expect(load('a: &a {x: 1}\nb: {<<: *a, z: 2}', { schema: KUBERNETES_SCHEMA })).toEqual({
    a: { x: 1 },
    b: { x: 1, z: 2 },
  });
});
