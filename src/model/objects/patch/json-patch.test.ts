// JSON patches: the examples of RFC 6902, and what cannot be applied.
import { describe, expect, test } from 'vitest';
import { jsonPatch, type JsonPatchOperation } from './json-patch.ts';
import { PatchError } from './patch-error.ts';

interface Example {
  readonly name: string;
  readonly document: unknown;
  readonly patch: readonly JsonPatchOperation[];
  readonly result?: unknown;
}

// RFC 6902, appendix A; without `result` the patch fails.
const EXAMPLES: readonly Example[] = [
  {
    name: 'A.1 adding an object member',
    document: { foo: 'bar' },
    patch: [{ op: 'add', path: '/baz', value: 'qux' }],
    result: { baz: 'qux', foo: 'bar' },
  },
  {
    name: 'A.2 adding an array element',
    document: { foo: ['bar', 'baz'] },
    patch: [{ op: 'add', path: '/foo/1', value: 'qux' }],
    result: { foo: ['bar', 'qux', 'baz'] },
  },
  {
    name: 'A.3 removing an object member',
    document: { baz: 'qux', foo: 'bar' },
    patch: [{ op: 'remove', path: '/baz' }],
    result: { foo: 'bar' },
  },
  {
    name: 'A.4 removing an array element',
    document: { foo: ['bar', 'qux', 'baz'] },
    patch: [{ op: 'remove', path: '/foo/1' }],
    result: { foo: ['bar', 'baz'] },
  },
  {
    name: 'A.5 replacing a value',
    document: { baz: 'qux', foo: 'bar' },
    patch: [{ op: 'replace', path: '/baz', value: 'boo' }],
    result: { baz: 'boo', foo: 'bar' },
  },
  {
    name: 'A.6 moving a value',
    document: { foo: { bar: 'baz', waldo: 'fred' }, qux: { corge: 'grault' } },
    patch: [{ op: 'move', from: '/foo/waldo', path: '/qux/thud' }],
    result: { foo: { bar: 'baz' }, qux: { corge: 'grault', thud: 'fred' } },
  },
  {
    name: 'A.7 moving an array element',
    document: { foo: ['all', 'grass', 'cows', 'eat'] },
    patch: [{ op: 'move', from: '/foo/1', path: '/foo/3' }],
    result: { foo: ['all', 'cows', 'eat', 'grass'] },
  },
  {
    name: 'A.8 testing a value: success',
    document: { baz: 'qux', foo: ['a', 2, 'c'] },
    patch: [
      { op: 'test', path: '/baz', value: 'qux' },
      { op: 'test', path: '/foo/1', value: 2 },
    ],
    result: { baz: 'qux', foo: ['a', 2, 'c'] },
  },
  { name: 'A.9 testing a value: error', document: { baz: 'qux' }, patch: [{ op: 'test', path: '/baz', value: 'bar' }] },
  {
    name: 'A.10 adding a nested member object',
    document: { foo: 'bar' },
    patch: [{ op: 'add', path: '/child', value: { grandchild: {} } }],
    result: { foo: 'bar', child: { grandchild: {} } },
  },
  {
    name: 'A.11 ignoring unrecognized elements',
    document: { foo: 'bar' },
    patch: [{ op: 'add', path: '/baz', value: 'qux', xyz: 123 } as JsonPatchOperation],
    result: { foo: 'bar', baz: 'qux' },
  },
  {
    name: 'A.12 adding to a nonexistent target',
    document: { foo: 'bar' },
    patch: [{ op: 'add', path: '/baz/bat', value: 'qux' }],
  },
  {
    name: 'A.14 escape ordering',
    document: { '/': 9, '~1': 10 },
    patch: [{ op: 'test', path: '/~01', value: 10 }],
    result: { '/': 9, '~1': 10 },
  },
  {
    name: 'A.15 comparing strings and numbers',
    document: { '/': 9, '~1': 10 },
    patch: [{ op: 'test', path: '/~01', value: '10' }],
  },
  {
    name: 'A.16 adding an array value',
    document: { foo: ['bar'] },
    patch: [{ op: 'add', path: '/foo/-', value: ['abc', 'def'] }],
    result: { foo: ['bar', ['abc', 'def']] },
  },
];

test.each(EXAMPLES)('$name', ({ document, patch, result }) => {
  const before = JSON.stringify(document);
  if (result === undefined) expect(() => jsonPatch(document, patch)).toThrow(PatchError);
  else expect(jsonPatch(document, patch)).toEqual(result);
  expect(JSON.stringify(document)).toBe(before);
});

describe('what cannot be applied is named', () => {
  test.each<readonly [JsonPatchOperation, string]>([
    [{ op: 'jump', path: '/a' }, 'operation 0 (jump /a): unknown operation'],
    [{ op: 'remove', path: '/b' }, 'there is no "b"'],
    [{ op: 'replace', path: '/b', value: 1 }, 'there is no "b"'],
    [{ op: 'add', path: '/list/4', value: 1 }, 'no item "4" in a list of 3'],
    [{ op: 'add', path: '/list/01', value: 1 }, 'no item "01" in a list of 3'],
    [{ op: 'remove', path: '/list/-' }, 'no item "-" in a list of 3'],
    [{ op: 'remove', path: '/list/3' }, 'no item "3" in a list of 3'],
    [{ op: 'add', path: '/a/b', value: 1 }, 'neither a mapping nor a list'],
    [{ op: 'add', path: '/b' }, '"value" is required'],
    [{ op: 'copy', path: '/b' }, '"from" is required'],
    [{ op: 'add', path: 'a', value: 1 }, 'must begin with "/"'],
    [{ op: 'add', path: '/a~2', value: 1 }, '"~" that is not'],
    [{ op: 'move', from: '/map', path: '/map/c' }, 'cannot be moved into itself'],
  ])('%o', (operation, message) => {
    expect(() => jsonPatch({ a: 1, list: [1, 2, 3], map: { c: 1 } }, [operation])).toThrow(message);
  });
});

test('the document as a whole, and a copy that stays apart', () => {
  expect(jsonPatch({ a: 1 }, [{ op: 'replace', path: '', value: [1] }])).toEqual([1]);
  const copied = jsonPatch({ a: { b: 1 } }, [
    { op: 'copy', from: '/a', path: '/c' },
    { op: 'replace', path: '/c/b', value: 2 },
  ]);
  expect(copied).toEqual({ a: { b: 1 }, c: { b: 2 } });
});
