// SHA-256 against Node's own, at the lengths where padding changes.
import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { sha256 } from './sha256.ts';

it.each([0, 1, 3, 55, 56, 63, 64, 65, 119, 120, 128, 1000])('of %i characters', (length) => {
  for (const character of ['a', 'ü', '\0']) {
    const text = character.repeat(length);
    expect(Buffer.from(sha256(text)).toString('hex')).toBe(createHash('sha256').update(text).digest('hex'));
  }
});
