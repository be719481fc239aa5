// Strategic merge patches: mappings merge, null removes, named items merge by their key, other lists are replaced.
import { expect, test } from 'vitest';
import { strategicMerge } from './strategic-merge.ts';

test.each([
  ['mappings merge', { a: 1, b: { c: 2 } }, { b: { d: 3 } }, { a: 1, b: { c: 2, d: 3 } }],
  ['null removes', { a: 1, b: 2 }, { a: null }, { b: 2 }],
  ['null removes what is not there', {}, { a: null, b: { c: null } }, { b: {} }],
  [
    'containers by name',
    { containers: [{ name: 'x', image: '1', cpu: 5 }, { name: 'y' }] },
    { containers: [{ name: 'x', image: '2' }, { name: 'z' }] },
    { containers: [{ name: 'x', image: '2', cpu: 5 }, { name: 'y' }, { name: 'z' }] },
  ],
  [
    'a container is taken away',
    { containers: [{ name: 'x' }, { name: 'y' }] },
    { containers: [{ name: 'x', $patch: 'delete' }] },
    { containers: [{ name: 'y' }] },
  ],
  [
    'ports by containerPort',
    { ports: [{ containerPort: 1 }] },
    { ports: [{ containerPort: 1, name: 'p' }] },
    { ports: [{ containerPort: 1, name: 'p' }] },
  ],
  ['other lists are replaced', { args: ['a', 'b'] }, { args: ['c'] }, { args: ['c'] }],
  ['a value takes the place of a mapping', { a: { b: 1 } }, { a: 'x' }, { a: 'x' }],
])('%s', (_, before, patch, after) => {
  const copy = structuredClone(before);
  expect(strategicMerge(before, patch)).toEqual(after);
  expect(before).toEqual(copy);
});
