// What filters of HTTPRoutes do to requests: the table of the Gateway API's documentation (HTTPPathModifier), and headers.
import { describe, expect, it } from 'vitest';
import { INSIDE } from '../../model/request-traits.ts';
import type { HttpFilter } from '../routes/route-objects.ts';
import { redirects, rewriteOf, rewrittenPath } from './route-filters.ts';

describe('ReplacePrefixMatch', () => {
  it.each([
    ['/foo/bar', '/foo', '/xyz', '/xyz/bar'],
    ['/foo/bar', '/foo', '/xyz/', '/xyz/bar'],
    ['/foo/bar', '/foo/', '/xyz', '/xyz/bar'],
    ['/foo/bar', '/foo/', '/xyz/', '/xyz/bar'],
    ['/foo', '/foo', '/xyz', '/xyz'],
    ['/foo/', '/foo', '/xyz', '/xyz/'],
    ['/foo/bar', '/foo', '', '/bar'],
    ['/foo/', '/foo', '', '/'],
    ['/foo', '/foo', '', '/'],
    ['/foo/', '/foo', '/', '/'],
    ['/foo', '/foo', '/', '/'],
    // Beside the table: the query stays.
    ['/foo/bar?a=b', '/foo', '/xyz', '/xyz/bar?a=b'],
    ['/foo?a=b', '/foo', '', '/?a=b'],
  ])('makes of %s, with prefix %s and %s in its place, %s', (path, prefix, replacePrefixMatch, expected) => {
    expect(rewrittenPath(path, prefix, { type: 'ReplacePrefixMatch', replacePrefixMatch })).toBe(expected);
  });
});

it('replaces a whole path', () => {
  expect(rewrittenPath('/a/b?c', '/a', { type: 'ReplaceFullPath', replaceFullPath: '/d' })).toBe('/d?c');
});

it('sets, adds and removes headers, whatever their case, one filter after the other', () => {
  const filters: HttpFilter[] = [
    {
      type: 'RequestHeaderModifier',
      requestHeaderModifier: {
        set: [{ name: 'X-Set', value: 'new' }],
        add: [
          { name: 'x-had', value: 'more' },
          { name: 'X-New', value: 'one' },
        ],
        remove: ['X-Gone'],
      },
    },
    { type: 'URLRewrite', urlRewrite: { hostname: 'Other.test' } },
    { type: 'ResponseHeaderModifier' },
  ];
  const request = {
    ...INSIDE,
    host: 'shop.test',
    path: '/a',
    headers: { 'x-set': 'old', 'x-had': 'some', 'x-gone': 'y' },
  };
  expect(rewriteOf(filters, {})?.(request)).toEqual({
    ...request,
    host: 'other.test',
    headers: { 'x-set': 'new', 'x-had': 'some,more', 'x-new': 'one' },
  });
  expect(redirects(filters)).toBe(false);
});

it('leaves requests alone where filters are about answers', () => {
  expect(rewriteOf([{ type: 'ResponseHeaderModifier' }, { type: 'RequestMirror' }], {})).toBe(undefined);
  expect(redirects([{ type: 'RequestRedirect' }])).toBe(true);
});
