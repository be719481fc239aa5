// Which Service a request comes to by a Gateway: cases of the conformance tests of the Gateway API, and its rules of precedence.
import { describe, expect, it } from 'vitest';
import { INSIDE } from '../../model/request-traits.ts';
import type { Gateway, HttpFilter, HttpMatch, HttpRoute, Listener, ReferenceGrant } from '../routes/route-objects.ts';
import type { GatewaySurroundings } from './attachment.ts';
import { gatewayTable } from './gateway-table.ts';
import { joined } from './joined-tables.ts';
import { keyPair } from '../../../test/support/key-pairs.ts';

const http = (name: string, hostname?: string, more: Partial<Listener> = {}): Listener => ({
  name,
  port: 80,
  protocol: 'HTTP',
  ...(hostname === undefined ? {} : { hostname }),
  ...more,
});

const HTTPS: Partial<Listener> = { protocol: 'HTTPS', tls: { certificateRefs: [{ name: 'certificate' }] } };

const gateway = (...listeners: Listener[]): Gateway => ({
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'Gateway',
  metadata: { name: 'gate', namespace: 'infra' },
  spec: { gatewayClassName: 'any', listeners },
});

type Rules = readonly (readonly [matches: readonly HttpMatch[], service: string])[];

const route = (
  name: string,
  hostnames: readonly string[] | undefined,
  rules: Rules,
  { namespace = 'infra', sectionName, created }: { namespace?: string; sectionName?: string; created?: string } = {},
): HttpRoute => ({
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'HTTPRoute',
  metadata: { name, namespace, ...(created === undefined ? {} : { creationTimestamp: created }) },
  spec: {
    parentRefs: [{ name: 'gate', namespace: 'infra', ...(sectionName === undefined ? {} : { sectionName }) }],
    ...(hostnames === undefined ? {} : { hostnames }),
    rules: rules.map(([matches, service]) => ({
      ...(matches.length === 0 ? {} : { matches }),
      backendRefs: [{ name: service, port: 8080 }],
    })),
  },
});

const around = (routes: readonly HttpRoute[], more: Partial<GatewaySurroundings> = {}): GatewaySurroundings => ({
  routes,
  grants: [],
  hasService: () => true,
  keyPair: () => keyPair,
  namespaceLabels: () => ({}),
  portOf: ({ port }) => (port === '' ? undefined : Number(port)),
  ...more,
});

interface Asked {
  readonly host?: string;
  readonly path?: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The Service of the proxies, at a port; '' where nothing is known of it. */
const by = (port = '') => ({ namespace: 'infra', name: 'proxies', port });

/** The Service, or 404. */
function led(of: Gateway, surroundings: GatewaySurroundings, request: Asked, port = ''): string {
  const found = gatewayTable(of, surroundings).find({ ...INSIDE, outside: true, ...request }, by(port));
  return found === undefined ? '404' : found.backends[0].service;
}

const path = (type: string, value: string): HttpMatch => ({ path: { type, value } });
const header = (...pairs: readonly (readonly [string, string])[]): HttpMatch => ({
  headers: pairs.map(([name, value]) => ({ name, value })),
});

describe('HTTPRouteHostnameIntersection', () => {
  const listeners = gateway(
    http('listener-1', 'very.specific.com'),
    http('listener-2', '*.wildcard.io'),
    http('listener-3', '*.anotherwildcard.io'),
  );
  const one = (name: string, hosts: readonly string[], prefix: string, service: string) =>
    route(name, hosts, [[[path('PathPrefix', prefix)], service]]);
  const routes = around([
    one('specific-specific', ['non.matching.com', '*.nonmatchingwildcard.io', 'very.specific.com'], '/s1', 'v1'),
    one(
      'specific-wildcard',
      ['non.matching.com', 'wildcard.io', 'foo.wildcard.io', 'bar.wildcard.io', 'foo.bar.wildcard.io'],
      '/s2',
      'v2',
    ),
    one('wildcard-specific', ['non.matching.com', '*.specific.com'], '/s3', 'v3'),
    one('wildcard-wildcard', ['*.anotherwildcard.io'], '/s4', 'v1'),
    one('none', ['specific.but.wrong.com', 'wildcard.io'], '/s5', 'v2'),
  ]);

  it.each([
    ['very.specific.com', '/s1', 'v1'],
    ['non.matching.com', '/s1', '404'],
    ['foo.nonmatchingwildcard.io', '/s1', '404'],
    ['foo.wildcard.io', '/s1', '404'],
    ['very.specific.com', '/non-matching-prefix', '404'],
    ['foo.wildcard.io', '/s2', 'v2'],
    ['bar.wildcard.io', '/s2', 'v2'],
    ['foo.bar.wildcard.io', '/s2', 'v2'],
    ['wildcard.io', '/s2', '404'],
    ['very.specific.com', '/s2', '404'],
    ['very.specific.com', '/s3', 'v3'],
    ['foo.specific.com', '/s3', '404'],
    ['foo.anotherwildcard.io', '/s4', 'v1'],
    ['foo.bar.anotherwildcard.io', '/s4', 'v1'],
    ['anotherwildcard.io', '/s4', '404'],
    ['foo.wildcard.io', '/s4', '404'],
    ['specific.but.wrong.com', '/s5', '404'],
    ['wildcard.io', '/s5', '404'],
  ])('%s%s: %s', (host, asked, service) => expect(led(listeners, routes, { host, path: asked })).toBe(service));
});

describe('HTTPRouteListenerHostnameMatching', () => {
  const listeners = gateway(
    http('listener-1', 'bar.com'),
    http('listener-2', 'foo.bar.com'),
    http('listener-3', '*.bar.com'),
  ); // prettier-ignore
  const routes = around(
    [1, 2, 3].map((n) => route(`backend-v${n}`, undefined, [[[], `v${n}`]], { sectionName: `listener-${n}` })),
  );

  it.each([
    ['bar.com', 'v1'],
    ['foo.bar.com', 'v2'],
    ['baz.bar.com', 'v3'],
    ['boo.bar.com', 'v3'],
    ['multiple.prefixes.bar.com', 'v3'],
    ['no.matching.host', '404'],
  ])('%s: %s', (host, service) => expect(led(listeners, routes, { host, path: '/' })).toBe(service));
});

describe('HTTPRouteMatchingAcrossRoutes', () => {
  const routes = around([
    route('part1', ['example.com', 'example.net'], [[[path('PathPrefix', '/'), header(['version', 'one'])], 'v1']]),
    route('part2', ['example.com'], [[[path('PathPrefix', '/v2'), header(['version', 'two'])], 'v2']]),
  ]);

  it.each([
    [{ host: 'example.com', path: '/' }, 'v1'],
    [{ host: 'example.com', path: '/example' }, 'v1'],
    [{ host: 'example.net', path: '/example' }, 'v1'],
    [{ host: 'example.com', path: '/example', headers: { version: 'one' } }, 'v1'],
    [{ host: 'example.com', path: '/v2' }, 'v2'],
    [{ host: 'example.net', path: '/v2' }, 'v1'],
    [{ host: 'example.com', path: '/v2/example' }, 'v2'],
    [{ host: 'example.com', path: '/', headers: { version: 'two' } }, 'v2'],
  ])('%j: %s', (request, service) => expect(led(gateway(http('all')), routes, request)).toBe(service));
});

describe('HTTPRoutePathMatchOrder', () => {
  const routes = around([
    route('order', undefined, [
      [[path('Exact', '/match')], 'v1'],
      [[path('Exact', '/match/exact')], 'v2'],
      [[path('Exact', '/match/exact/one')], 'v3'],
      [[path('PathPrefix', '/match')], 'v3'],
      [[path('PathPrefix', '/match/prefix')], 'v1'],
      [[path('PathPrefix', '/match/prefix/one')], 'v2'],
    ]),
  ]);

  it.each([
    ['/match/exact/one', 'v3'],
    ['/match/exact', 'v2'],
    ['/match', 'v1'],
    ['/match/prefix/one/any', 'v2'],
    ['/match/prefix/any', 'v1'],
    ['/match/any', 'v3'],
  ])('%s: %s', (asked, service) => expect(led(gateway(http('all')), routes, { path: asked })).toBe(service));
});

describe('HTTPRouteHeaderMatching', () => {
  const routes = around([
    route('headers', undefined, [
      [[header(['version', 'one'])], 'v1'],
      [[header(['version', 'two'])], 'v2'],
      [[header(['version', 'two'], ['color', 'orange'])], 'v1'],
      [[header(['color', 'blue']), header(['color', 'green'])], 'v1'],
      [[header(['color', 'red']), header(['color', 'yellow'])], 'v2'],
    ]),
  ]);

  it.each([
    [{ version: 'one' }, 'v1'],
    [{ version: 'two' }, 'v2'],
    [{ version: 'two', color: 'orange' }, 'v1'],
    [{ version: 'two', color: 'blue' }, 'v2'],
    [{ color: 'orange' }, '404'],
    [{ 'some-other-header': 'one' }, '404'],
    [{ color: 'blue' }, 'v1'],
    [{ color: 'green' }, 'v1'],
    [{ color: 'red' }, 'v2'],
    [{ color: 'yellow' }, 'v2'],
    [{ color: 'purple' }, '404'],
  ])('%j: %s', (headers, service) => expect(led(gateway(http('all')), routes, { path: '/', headers })).toBe(service));
});

describe('precedence', () => {
  const all = gateway(http('all'));
  const at = (request: Asked, ...routes: HttpRoute[]): string => led(all, around(routes), request);
  const toAll = (name: string, created?: string) =>
    route(name, undefined, [[[], name]], created === undefined ? {} : { created });

  it('is a method before headers, headers before query parameters', () => {
    const withMethod = { ...path('PathPrefix', '/'), method: 'GET' };
    const query: HttpMatch = { queryParams: [{ name: 'a', value: '1' }] };
    const rules = route('one', undefined, [
      [[query], 'query'],
      [[header(['x', '1'])], 'header'],
      [[withMethod], 'method'],
      [[path('PathPrefix', '/long')], 'path'],
    ]);
    const headers = { x: '1' };
    expect(at({ path: '/long?a=1', headers }, rules)).toBe('path');
    expect(at({ path: '/?a=1', headers }, rules)).toBe('method');
    expect(at({ path: '/?a=1', headers, method: 'POST' }, rules)).toBe('header');
    expect(at({ path: '/?a=1', method: 'POST' }, rules)).toBe('query');
  });

  it('is the more specific host, whatever the paths', () => {
    const wild = route('wild', ['*.example.com'], [[[path('Exact', '/a')], 'wild']]);
    const exact = route('exact', ['x.example.com'], [[[path('PathPrefix', '/')], 'exact']]);
    expect(at({ host: 'x.example.com', path: '/a' }, wild, exact)).toBe('exact');
    expect(at({ host: 'y.example.com', path: '/a' }, wild, exact)).toBe('wild');
  });

  it('is the older route, else the first by name', () => {
    expect(at({ path: '/' }, toAll('b', '2026-01-01T00:00:01Z'), toAll('a', '2026-01-01T00:00:02Z'))).toBe('b');
    expect(at({ path: '/' }, toAll('b'), toAll('a'))).toBe('a');
  });
});

describe('references', () => {
  const foreign = route('away', undefined, [[[], 'web']], { namespace: 'team' });
  const open = gateway(http('all', undefined, { allowedRoutes: { namespaces: { from: 'All' } } }));
  const only = gateway(
    http('all', undefined, {
      allowedRoutes: { namespaces: { from: 'Selector', selector: { matchLabels: { team: 'yes' } } } },
    }),
  );

  it('of routes in other namespaces are the affair of the listener', () => {
    const labelled = { namespaceLabels: (name: string) => ({ team: name === 'team' ? 'yes' : 'no' }) };
    expect(led(gateway(http('all')), around([foreign]), { path: '/' })).toBe('404');
    expect(led(open, around([foreign]), { path: '/' })).toBe('web');
    expect(led(only, around([foreign], labelled), { path: '/' })).toBe('web');
    expect(led(only, around([foreign]), { path: '/' })).toBe('404');
  });

  it('to Services of other namespaces need a grant; those that are not there lead to nobody', () => {
    const away = route('away', undefined, [[[], 'web']]);
    const rules = away.spec!.rules!;
    const abroad = {
      ...away,
      spec: {
        ...away.spec,
        rules: rules.map((rule) => ({ ...rule, backendRefs: [{ name: 'web', namespace: 'team' }] })),
      },
    };
    const grant: ReferenceGrant = {
      apiVersion: 'gateway.networking.k8s.io/v1beta1',
      kind: 'ReferenceGrant',
      metadata: { name: 'grant', namespace: 'team' },
      spec: {
        from: [{ group: 'gateway.networking.k8s.io', kind: 'HTTPRoute', namespace: 'infra' }],
        to: [{ group: '', kind: 'Service' }],
      },
    };
    const all = gateway(http('all'));
    expect(led(all, around([abroad]), { path: '/' })).toBe('');
    expect(led(all, around([abroad], { grants: [grant] }), { path: '/' })).toBe('web');
    expect(led(all, around([away], { hasService: () => false }), { path: '/' })).toBe('');
  });

  it('to no backend at all have a route to nowhere', () => {
    const bare = route('bare', undefined, []);
    const empty = { ...bare, spec: { ...bare.spec, rules: [{}] } };
    expect(gatewayTable(gateway(http('all')), around([empty])).find(INSIDE, by())?.backends).toEqual([]);
  });
});

describe('ports of listeners', () => {
  const listeners = gateway(
    http('public', undefined, { port: 80 }),
    http('shop', 'shop.test', { port: 80 }),
    http('admin', undefined, { port: 8080 }),
    http('secure', undefined, { port: 443, ...HTTPS }),
    http('grpc', undefined, { port: 9000, allowedRoutes: { kinds: [{ kind: 'GRPCRoute' }] } }),
  );
  const to = (name: string, ref: object): HttpRoute => {
    const one = route(name, undefined, [[[], name]]);
    return { ...one, spec: { ...one.spec, parentRefs: [{ name: 'gate', namespace: 'infra', ...ref }] } };
  };
  const routes = around([
    to('public', { sectionName: 'public' }),
    to('shop', { sectionName: 'shop' }),
    to('admin', { port: 8080 }),
    to('secure', { sectionName: 'secure', port: 443 }),
    // No listener has both, and no HTTPRoute may hang on the last one.
    to('nowhere', { sectionName: 'admin', port: 80 }),
    to('refused', { sectionName: 'grpc' }),
  ]);

  it.each([
    ['80', 'any.test', 'public'],
    ['80', 'shop.test', 'shop'],
    ['8080', 'any.test', 'admin'],
    ['8080', 'shop.test', 'admin'],
    ['443', 'shop.test', 'secure'],
    ['9000', 'any.test', '404'],
    // The port of a Service that is no listener's, or of which nothing is known.
    ['1234', 'shop.test', 'shop'],
    ['', 'any.test', 'public'],
  ])('at port %s, %s: %s', (port, host, service) => expect(led(listeners, routes, { host }, port)).toBe(service));

  it('have TLS of their own', () => {
    const { hasTls } = gatewayTable(listeners, routes);
    expect(['80', '443', '8080', ''].map((port) => hasTls('shop.test', by(port)))).toEqual([false, true, false, true]);
  });

  it('are not looked at where there is one', () => {
    const one = gateway(http('all', undefined, { port: 80 }));
    expect(led(one, around([route('web', undefined, [[[], 'web']])]), {}, '8443')).toBe('web');
  });
});

describe('filters and retries of a rule', () => {
  const filtered = (filters: readonly HttpFilter[], more: object = {}) => {
    const one = route('one', undefined, [[[path('PathPrefix', '/a')], 'web']]);
    const [rule] = one.spec?.rules ?? [];
    const made = { ...one, spec: { ...one.spec, rules: [{ ...rule, filters, ...more }] } };
    const table = gatewayTable(gateway(http('http')), around([made], { hasService: (_, name) => name !== 'nobody' }));
    return { table, found: table.find({ ...INSIDE, outside: true, path: '/a/b' }, by()) };
  };
  const mirror = (name: string, more: object = {}): HttpFilter => ({
    type: 'RequestMirror',
    requestMirror: { backendRef: { name, port: 80 }, ...more },
  });

  it('rewrite by the match that the request has', () => {
    const urlRewrite = { path: { type: 'ReplacePrefixMatch', replacePrefixMatch: '/z' } };
    const { found } = filtered([{ type: 'URLRewrite', urlRewrite }]);
    expect(found?.rewrite?.({ ...INSIDE, path: '/a/b' }).path).toBe('/z/b');
  });

  it('of one backend change what comes to that one, after those of the rule', () => {
    const urlRewrite = (replacePrefixMatch: string) => ({ path: { type: 'ReplacePrefixMatch', replacePrefixMatch } });
    const headers = { set: [{ name: 'x-version', value: 'next' }] };
    const backendRefs = [
      { name: 'web' },
      { name: 'next', filters: [{ type: 'RequestHeaderModifier', requestHeaderModifier: headers }] },
    ];
    const filters: HttpFilter[] = [{ type: 'URLRewrite', urlRewrite: urlRewrite('/z') }];
    const { found, table } = filtered(filters, { backendRefs });
    const sent = found?.rewrite?.({ ...INSIDE, path: '/a/b' }) ?? INSIDE;
    expect(found?.backends.map(({ service, rewrite }) => [service, rewrite?.(sent) ?? sent])).toEqual([
      ['web', { ...INSIDE, path: '/z/b' }],
      ['next', { ...INSIDE, path: '/z/b', headers: { 'x-version': 'next' } }],
    ]);
    expect(table.digest).not.toBe(
      filtered(filters, { backendRefs: backendRefs.map(({ name }) => ({ name })) }).table.digest,
    );
  });

  it('copy to backends that exist', () => {
    const { found } = filtered([mirror('copy'), mirror('half', { percent: 50 }), mirror('nobody')]);
    expect(found?.mirrors?.map(({ backend, share }) => [backend.service, share])).toEqual([
      ['copy', 1],
      ['half', 0.5],
    ]);
  });

  it('of one backend copy what goes there, and nothing else', () => {
    const backendRefs = [
      { name: 'web', weight: 9 },
      { name: 'next', weight: 1, filters: [mirror('copy', { percent: 25 }), mirror('nobody')] },
    ];
    const { found } = filtered([mirror('all')], { backendRefs });
    const copies = (of: readonly { readonly backend: { readonly service: string }; readonly share: number }[] = []) =>
      of.map(({ backend, share }) => [backend.service, share]);
    expect(copies(found?.mirrors)).toEqual([['all', 1]]);
    expect(found?.backends.map(({ service, mirrors }) => [service, copies(mirrors)])).toEqual([
      ['web', []],
      ['next', [['copy', 0.25]]],
    ]);
  });

  it('redirect, and are a change of the configuration', () => {
    const { found, table } = filtered([{ type: 'RequestRedirect' }]);
    expect(found?.redirects).toBe(true);
    expect(table.digest).not.toBe(filtered([]).table.digest);
  });

  it('try again after the codes that a rule names, and after broken connections', () => {
    const { found } = filtered([], { retry: { attempts: 3, codes: [500, 504], backoff: '20ms' } });
    expect(found?.retries).toEqual({ max: 3, on: ['error', 'timeout', 'http_500'], backoffUs: 20_000 });
    expect(filtered([]).found?.retries).toBe(undefined);
  });
});

describe('listeners that do not serve', () => {
  const byGate = { namespace: 'infra', name: 'gate' };
  const shop = route('shop', undefined, [[[], 'shop']]);
  const found = (listeners: Listener[], port: string, more: Partial<GatewaySurroundings> = {}) => {
    const table = gatewayTable(gateway(...listeners), around([shop], more));
    const led = table.find({ ...INSIDE, host: 'shop.test' }, { ...byGate, port });
    return led?.closes === true ? 'closed' : (led?.backends[0].service ?? '404');
  };
  const secure = http('secure', undefined, { port: 443, ...HTTPS });

  it.each<[what: string, listeners: Listener[], more: Partial<GatewaySurroundings>, at80: string, at443: string]>([
    ['all do', [http('open'), secure], {}, 'shop', 'shop'],
    ['one has no certificate', [http('open'), secure], { keyPair: () => undefined }, 'shop', 'closed'],
    [
      'two have one host',
      [http('open'), http('a', '', { port: 443 }), http('b', undefined, { port: 443 })],
      {},
      'shop',
      'closed',
    ],
    [
      'two protocols have one port',
      [http('open'), secure, http('plain', 'shop.test', { port: 443 })],
      {},
      'shop',
      'closed',
    ],
    [
      'another one of the port has the host',
      [http('open'), secure, http('own', 'shop.test', { port: 443, ...HTTPS })],
      {},
      'shop',
      'shop',
    ],
  ])('close connections: %s', (_what, listeners, more, at80, at443) => {
    expect([found(listeners, '80', more), found(listeners, '443', more)]).toEqual([at80, at443]);
  });

  it('have no TLS to offer, and are in the way of no other Gateway', () => {
    const none = around([shop], { keyPair: () => undefined });
    const closed = gatewayTable(gateway(secure), none);
    expect(closed.hasTls('shop.test', { ...byGate, port: '443' })).toBe(false);
    const open = gatewayTable(gateway(http('open')), none);
    const by = { ...byGate, port: '80' };
    const request = { ...INSIDE, host: 'shop.test' };
    expect(joined([closed, open]).find(request, by)?.backends[0].service).toBe('shop');
    expect(joined([closed]).find(request, by)?.closes).toBe(true);
    expect(closed.digest).not.toBe(gatewayTable(gateway(secure), around([shop])).digest);
  });
});
