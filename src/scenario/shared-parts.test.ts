// What is equal is kept once, and what comes out is what went in.
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { sharingParts } from './shared-parts.ts';

it('is equal to what was given, and leaves both alone', () => {
  const parts = fc.object({ key: fc.constantFrom('a', 'b', 'c'), maxDepth: 3, withNullPrototype: false });
  fc.assert(
    fc.property(parts, parts, (value, base) => {
      const [before, other] = [structuredClone(value), structuredClone(base)];
      expect(sharingParts(value, base)).toStrictEqual(before);
      expect([value, base]).toStrictEqual([before, other]);
    }),
  );
});

it('holds the parts of the base that are the same', () => {
  const base = { a: { deep: [1, { x: 1 }] }, b: [1, 2], c: 'same' };
  expect(sharingParts(structuredClone(base), base)).toBe(base);
  const other = sharingParts({ ...structuredClone(base), b: [1, 3] }, base);
  expect([other.a === base.a, other.b]).toEqual([true, [1, 3]]);
  const longer: { list: unknown[] } = { list: [{ x: 1 }] };
  const shorter = { list: [{ x: 1 }, { x: 2 }] };
  const shared = sharingParts(longer, shorter);
  expect([shared.list.length, shared.list[0] === shorter.list[0]]).toEqual([1, true]);
});

it('keeps one object one, in two places', () => {
  const part = { x: 2 };
  const shared = sharingParts({ a: part, b: part }, { a: { x: 1 }, b: { x: 1 } });
  expect(shared.a).toBe(shared.b);
  expect(shared.a).toEqual({ x: 2 });
});

it('does not look into what is neither a list nor a plain object', () => {
  const time = new Date(0);
  const bytes = new Uint8Array([1]);
  const shared = sharingParts({ time, bytes }, { time: new Date(0), bytes: new Uint8Array([1]) });
  expect([shared.time === time, shared.bytes === bytes]).toEqual([true, true]);
});
