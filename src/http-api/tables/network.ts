// How Services, their endpoints, Ingresses and policies are printed.
import type { Endpoints, Service } from 'kubernetes-types/core/v1.js';
import type { EndpointSlice } from 'kubernetes-types/discovery/v1.js';
import type { Ingress, IngressClass, NetworkPolicy } from 'kubernetes-types/networking/v1.js';
import type { Printers } from './printer.ts';
import { formatLabels, formatSelector, NONE, shortened, since, UNSET } from './texts.ts';

const MOST = 3;
const DEFAULT_CLASS = 'ingressclass.kubernetes.io/is-default-class';

interface ServiceCidr {
  readonly metadata: { readonly name: string; readonly creationTimestamp?: string };
  readonly spec?: { readonly cidrs?: readonly string[] };
}

interface IpAddress {
  readonly metadata: { readonly name: string; readonly creationTimestamp?: string };
  readonly spec?: {
    readonly parentRef?: {
      readonly group?: string;
      readonly resource?: string;
      readonly namespace?: string;
      readonly name?: string;
    };
  };
}

export const networkPrinters: Printers = {
  Service: (service: Service, nowUs) => {
    const { metadata, spec } = service;
    const ports = (spec?.ports ?? []).map(({ port, nodePort = 0, protocol = 'TCP' }) =>
      nodePort > 0 ? `${port}:${nodePort}/${protocol}` : `${port}/${protocol}`,
    );
    return [
      metadata?.name ?? '',
      spec?.type ?? 'ClusterIP',
      spec?.clusterIPs?.[0] ?? NONE,
      externalIp(service),
      ports.length === 0 ? NONE : ports.join(','),
      since(metadata?.creationTimestamp, nowUs),
      formatLabels(spec?.selector),
    ];
  },
  Endpoints: ({ metadata, subsets = [] }: Endpoints, nowUs) => {
    const addresses = subsets.flatMap(({ addresses: hosts = [], ports = [] }) =>
      ports.length === 0
        ? hosts.map(({ ip }) => ip)
        : ports.flatMap(({ port }) => hosts.map(({ ip }) => `${ip}:${port}`)),
    );
    const shown = subsets.length === 0 ? NONE : shortened(addresses, MOST, '');
    return [metadata?.name ?? '', shown, since(metadata?.creationTimestamp, nowUs)];
  },
  EndpointSlice: ({ metadata, addressType, ports, endpoints }: EndpointSlice, nowUs) => [
    metadata?.name ?? '',
    addressType,
    shortened(
      (ports ?? []).map(({ port, name }) => String(port ?? name ?? '*')),
      MOST,
      UNSET,
    ),
    shortened(
      (endpoints ?? []).flatMap(({ addresses }) => addresses),
      MOST,
      UNSET,
    ),
    since(metadata?.creationTimestamp, nowUs),
  ],
  Ingress: ({ metadata, spec, status }: Ingress, nowUs) => [
    metadata?.name ?? '',
    spec?.ingressClassName ?? NONE,
    hosts(spec?.rules ?? []),
    addressesOf(status?.loadBalancer?.ingress ?? []).join(','),
    (spec?.tls ?? []).length === 0 ? '80' : '80, 443',
    since(metadata?.creationTimestamp, nowUs),
  ],
  IngressClass: ({ metadata, spec }: IngressClass, nowUs) => {
    const { parameters } = spec ?? {};
    const group = parameters?.apiGroup === undefined ? '' : `.${parameters.apiGroup}`;
    const isDefault = metadata?.annotations?.[DEFAULT_CLASS] === 'true';
    return [
      `${metadata?.name ?? ''}${isDefault ? ' (default)' : ''}`,
      spec?.controller ?? '',
      parameters === undefined ? NONE : `${parameters.kind}${group}/${parameters.name}`,
      since(metadata?.creationTimestamp, nowUs),
    ];
  },
  NetworkPolicy: ({ metadata, spec }: NetworkPolicy, nowUs) => [
    metadata?.name ?? '',
    formatSelector(spec?.podSelector),
    since(metadata?.creationTimestamp, nowUs),
  ],
  ServiceCIDR: ({ metadata, spec }: ServiceCidr, nowUs) => [
    metadata.name,
    (spec?.cidrs ?? []).join(','),
    since(metadata.creationTimestamp, nowUs),
  ],
  IPAddress: ({ metadata, spec }: IpAddress) => {
    const { group = '', resource = '', namespace = '', name = '' } = spec?.parentRef ?? {};
    const of = [`${resource}${group === '' ? '' : `.${group}`}`.toLowerCase(), namespace, name].filter(
      (part) => part !== '',
    );
    return [metadata.name, spec?.parentRef === undefined ? NONE : of.join('/')];
  },
};

function externalIp({ spec, status }: Service): string {
  const own = spec?.externalIPs ?? [];
  switch (spec?.type ?? 'ClusterIP') {
    case 'LoadBalancer': {
      const all = [...addressesOf(status?.loadBalancer?.ingress ?? []), ...own];
      return all.length === 0 ? '<pending>' : all.join(',');
    }
    case 'ExternalName':
      return spec?.externalName ?? '';
    default:
      return own.length === 0 ? NONE : own.join(',');
  }
}

function addressesOf(ingress: readonly { readonly ip?: string; readonly hostname?: string }[]): string[] {
  const found = ingress.map(({ ip, hostname }) => ip ?? hostname ?? '').filter((text) => text !== '');
  return [...new Set(found)].sort();
}

function hosts(rules: readonly { readonly host?: string }[]): string {
  const shown = rules.slice(0, MOST).flatMap(({ host = '' }) => (host === '' ? [] : [host]));
  if (shown.length === 0) return '*';
  return rules.length > MOST ? `${shown.join(',')} + ${rules.length - MOST} more...` : shown.join(',');
}
