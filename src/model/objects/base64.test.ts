// Base64 both ways, against Node's own.
import { expect, test } from 'vitest';
import { fromBase64, toBase64 } from './base64.ts';

test.each(['', 'a', 'ab', 'abc', 'admin:ünïcode', '€ 𝄞 \u0000'])('%s', (text) => {
  expect(toBase64(text)).toBe(Buffer.from(text, 'utf8').toString('base64'));
  expect(fromBase64(toBase64(text))).toBe(Buffer.from(text, 'utf8').toString('latin1'));
});
