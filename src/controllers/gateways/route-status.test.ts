// What is written about HTTPRoutes and Gateways: cases of the Gateway API's conformance tests, by their names.
import { describe, expect, it } from 'vitest';
import type { Gateway, HttpRoute, Listener, ParentRef, ReferenceGrant } from '../routes/route-objects.ts';
import type { GatewaySurroundings } from './attachment.ts';
import { gatewayStatus } from './gateway-status.ts';
import { routeParents } from './route-status.ts';
import { keyPair, malformedKeyPair } from '../../../test/support/key-pairs.ts';

const INFRA = 'gateway-conformance-infra';

const http = (more: Partial<Listener> = {}): Listener => ({ name: 'http', port: 80, protocol: 'HTTP', ...more });
const ofKinds = (...kinds: string[]): Partial<Listener> => ({
  allowedRoutes: { kinds: kinds.map((kind) => ({ kind })) },
});

const gateway = (listeners: Listener[], status?: Gateway['status']): Gateway => ({
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'Gateway',
  metadata: { name: 'gate', namespace: INFRA, generation: 2 },
  spec: { gatewayClassName: 'any', listeners },
  ...(status === undefined ? {} : { status }),
});

interface RouteOptions {
  readonly name?: string;
  readonly namespace?: string;
  readonly parent?: Partial<ParentRef>;
  readonly hostnames?: readonly string[];
  readonly backend?: { readonly name: string; readonly namespace?: string; readonly kind?: string };
}

const route = ({ name = 'route', namespace = INFRA, parent, hostnames, backend }: RouteOptions = {}): HttpRoute => ({
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'HTTPRoute',
  metadata: { name, namespace, generation: 3 },
  spec: {
    parentRefs: [{ name: 'gate', namespace: INFRA, ...parent }],
    ...(hostnames === undefined ? {} : { hostnames }),
    rules: [{ backendRefs: [{ name: 'infra-backend-v1', port: 8080, ...backend }] }],
  },
});

const grant: ReferenceGrant = {
  apiVersion: 'gateway.networking.k8s.io/v1beta1',
  kind: 'ReferenceGrant',
  metadata: { name: 'grant', namespace: 'web' },
  spec: {
    from: [{ group: 'gateway.networking.k8s.io', kind: 'HTTPRoute', namespace: INFRA }],
    to: [{ group: '', kind: 'Service' }],
  },
};

const around = (routes: readonly HttpRoute[] = [], grants: readonly ReferenceGrant[] = []): GatewaySurroundings => ({
  routes,
  grants,
  hasService: (_namespace, name) => name !== 'nonexistent',
  keyPair: (_namespace, name) => ({ certificate: keyPair, 'malformed-certificate': malformedKeyPair })[name],
  namespaceLabels: (name) => ({ 'kubernetes.io/metadata.name': name }),
  portOf: () => undefined,
});

const FROM = { group: 'gateway.networking.k8s.io', kind: 'Gateway', namespace: INFRA };

/** `Accepted=True, …`, with the reason where it is not the type's own name. */
const shown = (conditions: readonly { type: string; status: string; reason: string }[] = []): string =>
  conditions.map(({ type, status, reason }) => `${type}=${status}${reason === type ? '' : ` ${reason}`}`).join(', ');

describe('HTTPRoutes', () => {
  const GOOD = 'Accepted=True, ResolvedRefs=True';
  it.each<[name: string, listeners: Listener[], RouteOptions, ReferenceGrant[], string]>([
    ['HTTPRouteSimpleSameNamespace', [http()], {}, [], GOOD],
    [
      'HTTPRouteInvalidNonExistentBackendRef',
      [http()],
      { backend: { name: 'nonexistent' } },
      [],
      'Accepted=True, ResolvedRefs=False BackendNotFound',
    ],
    [
      'HTTPRouteInvalidBackendRefUnknownKind',
      [http()],
      { backend: { name: 'infra-backend-v1', kind: 'NonExistent' } },
      [],
      'Accepted=True, ResolvedRefs=False InvalidKind',
    ],
    [
      'HTTPRouteInvalidCrossNamespaceBackendRef',
      [http()],
      { backend: { name: 'web-backend', namespace: 'web' } },
      [],
      'Accepted=True, ResolvedRefs=False RefNotPermitted',
    ],
    ['HTTPRouteReferenceGrant', [http()], { backend: { name: 'web-backend', namespace: 'web' } }, [grant], GOOD],
    [
      'HTTPRouteInvalidCrossNamespaceParentRef',
      [http()],
      { namespace: 'web' },
      [],
      'Accepted=False NotAllowedByListeners, ResolvedRefs=True',
    ],
    [
      'HTTPRouteInvalidParentRefNotMatchingListenerPort',
      [http()],
      { parent: { port: 81 } },
      [],
      'Accepted=False NoMatchingParent, ResolvedRefs=True',
    ],
    [
      'HTTPRouteInvalidParentRefSectionNameNotMatchingPort',
      [http(), http({ name: 'other', port: 8080 })],
      { parent: { port: 8080, sectionName: 'http' } },
      [],
      'Accepted=False NoMatchingParent, ResolvedRefs=True',
    ],
    [
      'HTTPRouteHostnameIntersection: no-intersecting-hosts',
      [http({ hostname: 'very.specific.com' }), http({ name: 'any', hostname: '*.wildcard.io' })],
      { hostnames: ['specific.but.wrong.com', 'wildcard.io'] },
      [],
      'Accepted=False NoMatchingListenerHostname, ResolvedRefs=True',
    ],
    [
      'HTTPRouteHostnameIntersection: wildcard-host-matches-listener-specific-host',
      [http({ hostname: 'very.specific.com' })],
      { hostnames: ['*.specific.com'] },
      [],
      GOOD,
    ],
    [
      'HTTPRouteDisallowedKind, for an HTTPRoute',
      [http(ofKinds('TLSRoute'))],
      {},
      [],
      'Accepted=False NotAllowedByListeners, ResolvedRefs=True',
    ],
  ])('%s', (_name, listeners, options, grants, expected) => {
    const [parent] = routeParents(route(options), 'any/controller', [gateway(listeners)], around([], grants), 0);
    expect(shown(parent.conditions)).toBe(expected);
    expect(parent.conditions.every(({ observedGeneration }) => observedGeneration === 3)).toBe(true);
  });

  it('have no status of Gateways that are not the controller\u2019s, and keep what others wrote', () => {
    expect(routeParents(route(), 'any/controller', [], around(), 0)).toEqual([]);
    const foreign = { parentRef: { name: 'gate' }, controllerName: 'other/controller', conditions: [] };
    const kept = routeParents(
      { ...route(), status: { parents: [foreign] } },
      'any/controller',
      [gateway([http()])],
      around(),
      0,
    );
    expect(kept.map(({ controllerName }) => controllerName)).toEqual(['any/controller', 'other/controller']);
  });
});

describe('Gateways', () => {
  const served = { run: true, addresses: ['198.18.0.1'] };
  const LISTENS = 'Accepted=True, Programmed=True, ResolvedRefs=True, Conflicted=False NoConflicts';
  const https = (ref: object = {}, more: Partial<Listener> = {}): Listener =>
    http({ port: 443, protocol: 'HTTPS', tls: { certificateRefs: [{ name: 'certificate', ...ref }] }, ...more });
  const unresolvedBy = (reason: string): string =>
    `Accepted=True, Programmed=False Invalid, ResolvedRefs=False ${reason}, Conflicted=False NoConflicts`;
  const conflicted = (reason: string): string =>
    `Accepted=False Invalid, Programmed=False Invalid, ResolvedRefs=True, Conflicted=True ${reason}`;
  const invalidCertificate = (name: string, ref: object): [string, Listener[], HttpRoute[], unknown[]] => [
    `GatewayInvalidTLSConfiguration: ${name}`,
    [http(), https(ref, { name: 'https' })],
    [route({ parent: { sectionName: 'http' } })],
    [
      [1, 1, LISTENS],
      [0, 1, unresolvedBy('InvalidCertificateRef')],
    ],
  ];
  it.each<[name: string, listeners: Listener[], routes: HttpRoute[], expected: unknown[]]>([
    ['GatewayWithAttachedRoutes: one', [http(ofKinds('HTTPRoute'))], [route()], [[1, 1, LISTENS]]],
    ['GatewayWithAttachedRoutes: two', [http()], [route(), route({ name: 'b' })], [[2, 1, LISTENS]]],
    [
      'GatewayWithAttachedRoutesWithPort8080',
      [http({ name: 'http-unattached', port: 8080 }), http()],
      [route({ parent: { sectionName: 'http' } })],
      [
        [0, 1, LISTENS],
        [1, 1, LISTENS],
      ],
    ],
    [
      'GatewayInvalidRouteKind: only an invalid one',
      [http(ofKinds('InvalidRoute'))],
      [],
      [[0, 0, unresolvedBy('InvalidRouteKinds')]],
    ],
    [
      'GatewayInvalidRouteKind: supported and invalid',
      [http(ofKinds('InvalidRoute', 'HTTPRoute'))],
      [],
      [[0, 1, unresolvedBy('InvalidRouteKinds')]],
    ],
    [
      'a listener for UDP has no HTTPRoutes',
      [http({ protocol: 'UDP' })],
      [route()],
      [
        [
          0,
          0,
          'Accepted=False UnsupportedProtocol, Programmed=False Invalid, ResolvedRefs=True, Conflicted=False NoConflicts',
        ],
      ],
    ],
    invalidCertificate('nonexistent secret', { name: 'nonexistent-certificate' }),
    invalidCertificate('unsupported group', { group: 'wrong.group.company.io' }),
    invalidCertificate('unsupported kind', { kind: 'WrongKind' }),
    invalidCertificate('malformed secret', { name: 'malformed-certificate' }),
    ['no certificate at all', [https({}, { tls: {} })], [], [[0, 1, unresolvedBy('InvalidCertificateRef')]]],
    [
      'one certificate of two is enough to serve',
      [https({}, { tls: { certificateRefs: [{ name: 'nonexistent' }, { name: 'certificate' }] } })],
      [],
      [
        [
          0,
          1,
          'Accepted=True, Programmed=True, ResolvedRefs=False InvalidCertificateRef, Conflicted=False NoConflicts',
        ],
      ],
    ],
    [
      'GatewaySecretMissingReferenceGrant',
      [https({ namespace: 'web' })],
      [],
      [[0, 1, unresolvedBy('RefNotPermitted')]],
    ],
    [
      'GatewayListenerProtocolAndRouteKindConflicts: both, and not those of other ports',
      [http(), https({}, { name: 'a', port: 8443 }), http({ name: 'b', port: 8443 })],
      [],
      [
        [0, 1, LISTENS],
        [0, 1, conflicted('ProtocolConflict')],
        [0, 1, conflicted('ProtocolConflict')],
      ],
    ],
    [
      // Routes hang on it all the same: their number does not depend on its conditions.
      'of one host all are in conflict',
      [
        http({ hostname: 'foo.com' }),
        http({ name: 'b', hostname: 'FOO.com' }),
        http({ name: 'c', hostname: 'bar.com' }),
      ],
      [route()],
      [
        [1, 1, conflicted('HostnameConflict')],
        [1, 1, conflicted('HostnameConflict')],
        [1, 1, LISTENS],
      ],
    ],
    [
      'what is not served is in nobody\u2019s way',
      [https(), http({ name: 'tcp', port: 443, protocol: 'TCP', allowedRoutes: { kinds: [{ kind: 'HTTPRoute' }] } })],
      [],
      [
        [0, 1, LISTENS],
        [
          0,
          0,
          'Accepted=False UnsupportedProtocol, Programmed=False Invalid, ResolvedRefs=True, Conflicted=False NoConflicts',
        ],
      ],
    ],
    [
      // Not by hosts that it shares with another listener of the Gateway.
      'HTTPRouteHostnameIntersection: counted where hosts meet',
      [http({ name: 'a', hostname: 'very.specific.com' }), http({ name: 'b', hostname: '*.wildcard.io' })],
      [route({ hostnames: ['very.specific.com'] }), route({ name: 'b', hostnames: ['no.com'] })],
      [
        [1, 1, LISTENS],
        [0, 1, LISTENS],
      ],
    ],
  ])('%s', (_name, listeners, routes, expected) => {
    const { listeners: found = [] } = gatewayStatus(gateway(listeners), around(routes), served, 0);
    expect(
      found.map(({ attachedRoutes, supportedKinds, conditions }) => [
        attachedRoutes,
        supportedKinds.length,
        shown(conditions),
      ]),
    ).toEqual(expected);
  });

  it.each([
    ['serves', served, [http()], 'Accepted=True, Programmed=True'],
    ['has no proxies', { run: false, addresses: [] }, [http()], 'Accepted=True, Programmed=False NoResources'],
    ['has no address', { run: true, addresses: [] }, [http()], 'Accepted=True, Programmed=False AddressNotAssigned'],
    [
      'has one bad listener',
      served,
      [http(), http({ name: 'udp', protocol: 'UDP' })],
      'Accepted=True ListenersNotValid, Programmed=True',
    ],
    [
      'has no good listener',
      served,
      [http({ protocol: 'UDP' })],
      'Accepted=False ListenersNotValid, Programmed=False Invalid',
    ],
    ['has no certificate', served, [https({ name: 'nonexistent' })], 'Accepted=True, Programmed=False Invalid'],
    [
      'has listeners of one host only',
      served,
      [http(), http({ name: 'b' })],
      'Accepted=False ListenersNotValid, Programmed=False Invalid',
    ],
  ])('one that %s', (_what, proxies, listeners, expected) => {
    expect(shown(gatewayStatus(gateway(listeners), around(), proxies, 0).conditions)).toBe(expected);
  });

  /** Cases of GatewaySecretInvalidReferenceGrant: each grant is of one thing that is not asked for. */
  it.each<[what: string, spec: NonNullable<ReferenceGrant['spec']>, home: string, expected: string]>([
    ['the Secret', { from: [FROM], to: [{ group: '', kind: 'Secret', name: 'certificate' }] }, 'web', 'True'],
    ['all Secrets', { from: [FROM], to: [{ group: '', kind: 'Secret' }] }, 'web', 'True'],
    ['wrong-namespace', { from: [FROM], to: [{ group: '', kind: 'Secret' }] }, 'app', 'False RefNotPermitted'],
    [
      'wrong-from-group',
      { from: [{ ...FROM, group: 'no' }], to: [{ group: '', kind: 'Secret' }] },
      'web',
      'False RefNotPermitted',
    ],
    [
      'wrong-from-kind',
      { from: [{ ...FROM, kind: 'HTTPRoute' }], to: [{ group: '', kind: 'Secret' }] },
      'web',
      'False RefNotPermitted',
    ],
    [
      'wrong-from-namespace',
      { from: [{ ...FROM, namespace: 'no' }], to: [{ group: '', kind: 'Secret' }] },
      'web',
      'False RefNotPermitted',
    ],
    ['wrong-to-group', { from: [FROM], to: [{ group: 'no', kind: 'Secret' }] }, 'web', 'False RefNotPermitted'],
    ['wrong-to-kind', { from: [FROM], to: [{ group: '', kind: 'Service' }] }, 'web', 'False RefNotPermitted'],
    [
      'wrong-to-name',
      { from: [FROM], to: [{ group: '', kind: 'Secret', name: 'no' }] },
      'web',
      'False RefNotPermitted',
    ],
  ])('a certificate of another namespace with a grant: %s', (_what, spec, home, expected) => {
    const given: ReferenceGrant = { ...grant, metadata: { name: 'grant', namespace: home }, spec };
    const { listeners: [found] = [] } = gatewayStatus(
      gateway([https({ namespace: 'web' })]),
      around([], [given]),
      served,
      0,
    );
    expect(shown(found.conditions.filter(({ type }) => type === 'ResolvedRefs'))).toBe(`ResolvedRefs=${expected}`);
  });

  it('says which listeners are in whose way', () => {
    const { conditions = [], listeners = [] } = gatewayStatus(
      gateway([http(), http({ name: 'b', hostname: 'foo.com' }), http({ name: 'c', hostname: 'foo.com' })]),
      around(),
      served,
      0,
    );
    expect(conditions[0].message).toBe('Not valid: b, c');
    expect(listeners[2].conditions.at(-1)?.message).toBe('Port 80 has host foo.com in b too');
  });

  it('conditions keep the time of their last change, and those of others stay', () => {
    const foreign = {
      type: 'example.com/Foreign',
      status: 'True',
      reason: 'Mine',
      message: '',
      observedGeneration: 1,
      lastTransitionTime: '2026-01-01T00:00:00Z',
    } as const;
    const first = gatewayStatus(gateway([http()], { conditions: [foreign] }), around(), served, 5e6);
    const later = gatewayStatus(gateway([http()], first), around(), { run: false, addresses: [] }, 65e6);
    expect(later.conditions?.map(({ type, lastTransitionTime }) => [type, lastTransitionTime])).toEqual([
      ['Accepted', '2026-01-01T00:00:05Z'],
      ['Programmed', '2026-01-01T00:01:05Z'],
      ['example.com/Foreign', '2026-01-01T00:00:00Z'],
    ]);
  });
});
