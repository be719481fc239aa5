// Validation of EndpointSlices (pkg/apis/discovery/validation).
import type { ObjectMeta } from 'kubernetes-types/meta/v1.js';
import { labelKeyProblems, labelValueProblems } from '../../parse/label-syntax.ts';
import { validateEndpointAddress } from './endpoint-address.ts';
import type { Errors } from './errors.ts';
import { ipFamily, ipProblems } from './ip.ts';
import { validateMeta } from './meta.ts';
import { dnsLabelProblems, dnsSubdomainProblems } from './names.ts';
import { PROTOCOLS } from './service.ts';

const ADDRESS_TYPES = ['FQDN', 'IPv4', 'IPv6'];
const MOST_ENDPOINTS = 1000;
const MOST_ADDRESSES = 100;
const MOST_HINTS = 8;
const MOST_PORTS = 20_000;

interface Named {
  readonly name: string;
}

interface Endpoint {
  readonly addresses?: readonly string[];
  readonly hostname?: string;
  readonly nodeName?: string;
  readonly hints?: { readonly forZones?: readonly Named[]; readonly forNodes?: readonly Named[] };
}

interface Port {
  readonly name?: string;
  readonly protocol?: string;
  readonly appProtocol?: string;
}

export interface EndpointSlice {
  metadata: ObjectMeta;
  addressType: string;
  endpoints: readonly Endpoint[] | null;
  ports: readonly Port[] | null;
}

/** Addresses that the stored slice has already, `known`, are not looked at again. */
export function validateEndpointSlice(object: EndpointSlice, errors: Errors, known?: ReadonlySet<string>): void {
  const { metadata, addressType } = object;
  const endpoints = object.endpoints ?? [];
  validateMeta(metadata, true, dnsSubdomainProblems, errors);
  if (addressType === '') errors.required('addressType');
  else if (!ADDRESS_TYPES.includes(addressType)) errors.notSupported('addressType', addressType, ADDRESS_TYPES);
  if (endpoints.length > MOST_ENDPOINTS) errors.tooMany('endpoints', endpoints.length, MOST_ENDPOINTS);
  else {
    for (const [index, endpoint] of endpoints.entries()) {
      validateEndpoint(endpoint, addressType, known ?? new Set(), `endpoints[${index}]`, errors);
    }
  }
  validatePorts(object.ports ?? [], errors);
}

function validateEndpoint(
  endpoint: Endpoint,
  type: string,
  known: ReadonlySet<string>,
  path: string,
  errors: Errors,
): void {
  const { addresses = [], hostname, nodeName, hints } = endpoint;
  if (addresses.length === 0) errors.required(`${path}.addresses`, 'must contain at least 1 address');
  else if (addresses.length > MOST_ADDRESSES) errors.tooMany(`${path}.addresses`, addresses.length, MOST_ADDRESSES);
  for (const [index, address] of addresses.entries()) {
    if (known.has(address)) continue;
    if (type === 'FQDN') errors.invalidEach(`${path}.addresses`, address, dnsSubdomainProblems(address));
    if (type === 'IPv4' || type === 'IPv6') {
      if (ipProblems(address).length === 0 && ipFamily(address) !== type) {
        errors.invalid(`${path}.addresses`, address, `must be an ${type} address`);
      } else validateEndpointAddress(address, `${path}.addresses[${index}]`, errors);
    }
  }
  if (nodeName !== undefined) errors.invalidEach(`${path}.nodeName`, nodeName, dnsSubdomainProblems(nodeName));
  if (hostname !== undefined) errors.invalidEach(`${path}.hostname`, hostname, dnsLabelProblems(hostname));
  validateHints(hints?.forZones ?? [], labelValueProblems, `${path}.hints.forZones`, errors);
  validateHints(hints?.forNodes ?? [], dnsSubdomainProblems, `${path}.hints.forNodes`, errors);
}

function validateHints(
  hints: readonly Named[],
  rule: (name: string) => readonly string[],
  path: string,
  errors: Errors,
): void {
  if (hints.length > MOST_HINTS) {
    errors.tooMany(path, hints.length, MOST_HINTS);
    return;
  }
  const names = new Set<string>();
  for (const [index, { name }] of hints.entries()) {
    if (names.has(name)) errors.duplicate(`${path}[${index}].name`, name);
    names.add(name);
    errors.invalidEach(`${path}[${index}].name`, name, rule(name));
  }
}

function validatePorts(ports: readonly Port[], errors: Errors): void {
  if (ports.length > MOST_PORTS) {
    errors.tooMany('ports', ports.length, MOST_PORTS);
    return;
  }
  const names = new Set<string>();
  for (const [index, { name = '', protocol, appProtocol }] of ports.entries()) {
    const path = `ports[${index}]`;
    if (name !== '') errors.invalidEach(`${path}.name`, name, dnsLabelProblems(name));
    if (names.has(name)) errors.duplicate(`${path}.name`, name);
    names.add(name);
    if (protocol === undefined) errors.required(`${path}.protocol`);
    else if (!PROTOCOLS.includes(protocol)) errors.notSupported(`${path}.protocol`, protocol, PROTOCOLS);
    if (appProtocol !== undefined)
      errors.invalidEach(`${path}.appProtocol`, appProtocol, labelKeyProblems(appProtocol));
  }
}
