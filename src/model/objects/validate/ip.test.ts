// Addresses and ranges as Go's sloppy parsers read them.
import { expect, test } from 'vitest';
import { cidrFamily, parseIp } from './ip.ts';

test.each([
  ['10.0.0.1', '10.0.0.1'],
  ['010.000.0.1', '10.0.0.1'],
  ['256.0.0.1', undefined],
  ['1.2.3', undefined],
  ['1.2.3.4.5', undefined],
  ['', undefined],
  ['::', Array.from({ length: 16 }, () => 0).join('.')],
  ['::1', `${'0.'.repeat(15)}1`],
  ['fd00::1', `253.${'0.'.repeat(14)}1`],
  ['1:2:3:4:5:6:7:8', '0.1.0.2.0.3.0.4.0.5.0.6.0.7.0.8'],
  ['1:2:3:4:5:6:7::', '0.1.0.2.0.3.0.4.0.5.0.6.0.7.0.0'],
  ['1:2:3:4:5:6:7:8::', undefined],
  ['1::2::3', undefined],
  ['12345::', undefined],
  ['::ffff:10.0.0.1', '10.0.0.1'],
  ['::10.0.0.1', `${'0.'.repeat(12)}10.0.0.1`],
])('%s', (text, bytes) => {
  expect(parseIp(text)?.join('.')).toBe(bytes);
});

test.each([
  ['10.0.0.0/8', 'IPv4'],
  ['10.0.0.0/33', undefined],
  ['10.0.0.0', undefined],
  ['fd00::/64', 'IPv6'],
  ['fd00::/129', undefined],
  ['10.0.0.0/8/8', undefined],
])('%s', (text, family) => {
  expect(cidrFamily(text)).toBe(family);
});
