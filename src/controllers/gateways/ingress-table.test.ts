// Which Service a request comes to by Ingresses: the published examples of path types and hosts, and what ingress-nginx says of its own.
import type { IngressSpec } from 'kubernetes-types/networking/v1.js';
import { describe, expect, it } from 'vitest';
import { INSIDE } from '../../model/request-traits.ts';
import type { Ingress } from '../routes/route-objects.ts';
import { type IngressOptions, ingressTable } from './ingress-table.ts';

type Rule = readonly [type: string, path: string];

const plain: IngressOptions = { annotations: false, cookies: () => new Map() };
const nginx: IngressOptions = { annotations: true, cookies: () => new Map() };

function ingress(
  name: string,
  rules: readonly (readonly [host: string, ...paths: readonly (readonly [...Rule, service: string])[]])[],
  more: Partial<IngressSpec> = {},
  annotations: Readonly<Record<string, string>> = {},
): Ingress {
  const prefixed = Object.entries(annotations).map(([key, value]) => [`nginx.ingress.kubernetes.io/${key}`, value]);
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name, namespace: 'shop', annotations: Object.fromEntries(prefixed) as Record<string, string> },
    spec: {
      ...more,
      rules: rules.map(([host, ...paths]) => ({
        host,
        http: {
          paths: paths.map(([pathType, path, service]) => ({
            path,
            pathType,
            backend: { service: { name: service, port: { number: 80 } } },
          })),
        },
      })),
    },
  };
}

/** The Service of the proxies, of which an Ingress knows nothing. */
const BY = { namespace: 'default', name: 'ingress', port: '' };

/** The Service of the first backend, '' where there is no route. */
function led(ingresses: readonly Ingress[], host: string, path: string, options = plain): string {
  const route = ingressTable(ingresses, options).find({ ...INSIDE, outside: true, host, path }, BY);
  return route?.backends.find(({ weight }) => weight > 0)?.service ?? '';
}

// Kubernetes' documentation of Ingress, "Examples" of path types: rules, the path of a request, and which of the rules takes it.
const examples: readonly (readonly [rules: readonly Rule[], path: string, taken: number | undefined])[] = [
  [[['Prefix', '/']], '/any/path', 0],
  [[['Exact', '/foo']], '/foo', 0],
  [[['Exact', '/foo']], '/bar', undefined],
  [[['Exact', '/foo']], '/foo/', undefined],
  [[['Exact', '/foo/']], '/foo', undefined],
  [[['Prefix', '/foo']], '/foo', 0],
  [[['Prefix', '/foo']], '/foo/', 0],
  [[['Prefix', '/foo/']], '/foo', 0],
  [[['Prefix', '/foo/']], '/foo/', 0],
  [[['Prefix', '/aaa/bb']], '/aaa/bbb', undefined],
  [[['Prefix', '/aaa/bbb']], '/aaa/bbb', 0],
  [[['Prefix', '/aaa/bbb/']], '/aaa/bbb', 0],
  [[['Prefix', '/aaa/bbb']], '/aaa/bbb/', 0],
  [[['Prefix', '/aaa/bbb']], '/aaa/bbb/ccc', 0],
  [[['Prefix', '/aaa/bbb']], '/aaa/bbbxyz', undefined],
  [
    [
      ['Prefix', '/'],
      ['Prefix', '/aaa'],
    ],
    '/aaa/ccc',
    1,
  ], // prettier-ignore
  [
    [
      ['Prefix', '/'],
      ['Prefix', '/aaa'],
      ['Prefix', '/aaa/bbb'],
    ],
    '/aaa/bbb',
    2,
  ], // prettier-ignore
  [
    [
      ['Prefix', '/'],
      ['Prefix', '/aaa'],
      ['Prefix', '/aaa/bbb'],
    ],
    '/ccc',
    0,
  ], // prettier-ignore
  [[['Prefix', '/aaa']], '/ccc', undefined],
  [
    [
      ['Prefix', '/foo'],
      ['Exact', '/foo'],
    ],
    '/foo',
    1,
  ], // prettier-ignore
  // Beyond the table: a query is no part of the path; letters count; nginx' own prefixes go by letters.
  [[['Exact', '/foo']], '/foo?bar=1', 0],
  [[['Exact', '/foo']], '/Foo', undefined],
  [[['ImplementationSpecific', '/aaa/bbb']], '/aaa/bbbxyz', 0],
];

describe('paths', () => {
  it.each(examples)('%j takes %s: %s', (rules, path, taken) => {
    const paths = rules.map(([type, own], i) => [type, own, `service-${i}`] as const);
    const found = led([ingress('web', [['', ...paths]])], 'any.test', path);
    expect(found).toBe(taken === undefined ? '' : `service-${taken}`);
  });
});

describe('hosts', () => {
  const site = ingress('site', [
    ['', ['Prefix', '/', 'anybody']],
    ['*.foo.com', ['Prefix', '/', 'wildcard']],
    ['bar.foo.com', ['Prefix', '/bar', 'precise']],
  ]);

  // Kubernetes' documentation, "Hostname wildcards": the suffix of a single label.
  it.each([
    ['baz.foo.com', '/', 'wildcard'],
    ['qux.baz.foo.com', '/', 'anybody'],
    ['foo.com', '/', 'anybody'],
    ['bar.foo.com', '/bar/x', 'precise'],
    // The server of the precise host has no other location.
    ['bar.foo.com', '/', ''],
    ['', '/', 'anybody'],
  ])('%s%s leads to %s', (host, path, service) => expect(led([site], host, path)).toBe(service));

  it('has TLS where a certificate is for it', () => {
    const { hasTls } = ingressTable([ingress('tls', [], { tls: [{ hosts: ['*.foo.com', 'shop.test'] }] })], plain);
    expect(['bar.foo.com', 'a.bar.foo.com', 'shop.test', ''].map((host) => hasTls(host, BY))).toEqual([
      true,
      false,
      true,
      false,
    ]);
  });

  it('goes to a default backend where nothing else takes it, and to the older of two rules', () => {
    const fallback = { defaultBackend: { service: { name: 'fallback', port: { name: 'http' } } } };
    const old = ingress('old', [['a.test', ['Prefix', '/x', 'old']]], fallback);
    const young = ingress('young', [['a.test', ['Prefix', '/x', 'young'], ['Prefix', '/y', 'young']]]); // prettier-ignore
    expect(led([old, young], 'a.test', '/x')).toBe('old');
    expect(led([old, young], 'a.test', '/y')).toBe('young');
    expect(led([old, young], 'a.test', '/z')).toBe('fallback');
    expect(led([old, young], 'b.test', '/')).toBe('fallback');
    expect(led([young], 'b.test', '/')).toBe('');
  });
});

describe('annotations of ingress-nginx', () => {
  const main = (annotations: Readonly<Record<string, string>> = {}) =>
    ingress('web', [['a.test', ['Prefix', '/', 'web']]], {}, annotations);
  const canary = (weight: string) =>
    ingress('canary', [['a.test', ['Prefix', '/', 'next']]], {}, { canary: 'true', 'canary-weight': weight });
  const routeOf = (ingresses: readonly Ingress[], options = nginx) =>
    ingressTable(ingresses, options).find({ ...INSIDE, outside: true, host: 'a.test' }, BY);

  it('divide requests between an Ingress and its canary, whoever comes first', () => {
    for (const both of [
      [main(), canary('30')],
      [canary('30'), main()],
    ]) {
      // prettier-ignore
      expect(routeOf(both)?.backends).toEqual([
        { namespace: 'shop', service: 'web', port: '80', weight: 70 },
        { namespace: 'shop', service: 'next', port: '80', weight: 30 },
      ]);
    }
    // Another controller knows no canaries: the older Ingress has the path.
    expect(routeOf([main(), canary('30')], plain)?.backends.map(({ service }) => service)).toEqual(['web']);
  });

  it('choose balancer and timeout', () => {
    const settings = (annotations: Readonly<Record<string, string>>) => {
      const { balancer, timeoutUs } = routeOf([main(annotations)])!;
      return [balancer?.name, timeoutUs];
    };
    expect(settings({})).toEqual([undefined, undefined]);
    expect(settings({ 'load-balance': 'ewma', 'proxy-read-timeout': '7' })).toEqual(['IngressNginxEwma', 7e6]);
    expect(settings({ affinity: 'cookie', 'load-balance': 'ewma' })).toEqual(['IngressNginxSticky', undefined]);
    expect(routeOf([main({ 'upstream-hash-by': '$http_x_user' })])?.balancer).toEqual({
      name: 'IngressNginxHash',
      args: { key: { header: 'x-user' } },
    });
  });

  it('need a reload where they are in the configuration file', () => {
    const digest = (...ingresses: Ingress[]): string => ingressTable(ingresses, nginx).digest;
    expect(digest(main(), canary('50'))).toBe(digest(main(), canary('10')));
    expect(digest(main({ 'load-balance': 'ewma' }))).toBe(digest(main()));
    expect(digest(main({ 'proxy-read-timeout': '5' }))).not.toBe(digest(main()));
    expect(digest(main(), ingress('new', []))).not.toBe(digest(main()));
  });
});
