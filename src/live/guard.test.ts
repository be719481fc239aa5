// Requests that may be answered, and those that may not: without the token, under another name, from a page of another site.
import type { IncomingHttpHeaders } from 'node:http';
import { expect, it } from 'vitest';
import { Guard } from './guard.ts';

const TOKEN = 'abc-123';
const guard = new Guard(TOKEN, ['127.0.0.1', 'Laptop']);
const good: IncomingHttpHeaders = { host: '127.0.0.1:8001', authorization: `Bearer ${TOKEN}` };

it.each<[what: string, headers: IncomingHttpHeaders, code: number | undefined]>([
  ['as kubectl sends it', good, undefined],
  ['the scheme in other letters', { ...good, authorization: `bearer  ${TOKEN}` }, undefined],
  ['by another name of the machine', { ...good, host: 'laptop:8001' }, undefined],
  ['by another address', { ...good, host: '[::1]:8001' }, undefined],
  ['without a port', { ...good, host: 'localhost' }, undefined],
  ['from a page that was opened here', { ...good, origin: 'http://127.0.0.1:8001' }, undefined],
  ['typed into the address bar', { ...good, 'sec-fetch-site': 'none' }, undefined],
  ['without a token', { host: '127.0.0.1:8001' }, 401],
  ['with another token', { ...good, authorization: 'Bearer abc-124' }, 401],
  ['with the beginning of the token', { ...good, authorization: 'Bearer abc-12' }, 401],
  ['with a password', { ...good, authorization: 'Basic YWJjLTEyMw==' }, 401],
  ['under a name that somebody rebound to loopback', { ...good, host: 'evil.example' }, 403],
  ['under a name that only begins like one', { ...good, host: 'localhost.evil.example' }, 403],
  ['under something that is no name', { ...good, host: '127.0.0.1:8001:evil.example' }, 403],
  ['without a name', { authorization: good.authorization }, 403],
  ['from a page of another site', { ...good, origin: 'https://evil.example' }, 403],
  ['from a page of another port', { ...good, origin: 'http://127.0.0.1:9000' }, 403],
  ['from a page in a file', { ...good, origin: 'null' }, 403],
  ['a picture on a page of another site', { ...good, 'sec-fetch-site': 'cross-site' }, 403],
])('%s', (_what, headers, code) => {
  expect(guard.refusal(headers)?.code).toBe(code);
});

it('lets everybody in who can connect where there is no token, but no page of another site', () => {
  const open = new Guard(undefined, []);
  expect(open.refusal({ host: 'localhost:8001' })).toBeUndefined();
  expect(open.refusal({ host: 'localhost:8001', origin: 'https://evil.example' })?.code).toBe(403);
  expect(open.refusal({ host: 'evil.example' })?.code).toBe(403);
});
