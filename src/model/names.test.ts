// Hashes are spread evenly and agree with their references; UIDs are version 4 UUIDs.
import { describe, expect, it } from 'vitest';
import { fnv1, mix, safeHash, uuid } from './names.ts';

describe('uuid', () => {
  it('is a version 4 UUID, the same for the same input', () => {
    expect(uuid(1, 2, 3)).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(uuid(1, 2, 3)).toBe(uuid(1, 2, 3));
    const many = new Set(Array.from({ length: 100_000 }, (_, i) => uuid(1, i % 100, Math.floor(i / 100))));
    expect(many.size).toBe(100_000);
  });
});

describe('mix', () => {
  it('spreads neighbouring numbers evenly over 64 buckets', () => {
    const buckets = Array.from({ length: 64 }, () => 0);
    for (let i = 0; i < 64_000; i += 1) buckets[mix(1, i, 0) & 63] += 1;
    // Chi-squared with 63 degrees of freedom: mean 63, four standard deviations are 45.
    const chi = buckets.reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0);
    expect(Math.abs(chi - 63)).toBeLessThan(45);
  });
});

it('hashes of templates are made of letters that labels may have', () => {
  expect(safeHash('{"a":1}')).toMatch(/^[bcdfghjklmnpqrstvwxz2456789]+$/);
  expect(safeHash('{"a":1}')).not.toBe(safeHash('{"a":2}'));
});

describe('FNV-1', () => {
  // Vectors of the FNV reference (draft-eastlake-fnv, appendix C).
  it('agrees with the reference', () => {
    expect([fnv1(''), fnv1('a'), fnv1('foobar')]).toEqual([0x811c9dc5, 0x050c5d7e, 0x31f0b262]);
  });
});
