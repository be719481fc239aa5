// Validation of Endpoints (pkg/apis/core/validation).
import type { EndpointAddress, EndpointPort } from 'kubernetes-types/core/v1.js';
import type { ObjectMeta } from 'kubernetes-types/meta/v1.js';
import { labelKeyProblems } from '../../parse/label-syntax.ts';
import { validateEndpointAddress } from './endpoint-address.ts';
import type { Errors } from './errors.ts';
import { ipProblems } from './ip.ts';
import { validateMeta } from './meta.ts';
import { dnsLabelProblems, dnsSubdomainProblems, portNumberProblems } from './names.ts';
import { PROTOCOLS } from './service.ts';

interface Subset {
  readonly addresses?: readonly EndpointAddress[];
  readonly notReadyAddresses?: readonly EndpointAddress[];
  readonly ports?: readonly (EndpointPort & { appProtocol?: string })[];
}

export interface Endpoints {
  metadata: ObjectMeta;
  subsets?: readonly Subset[];
}

export function validateEndpoints({ metadata, subsets = [] }: Endpoints, errors: Errors): void {
  validateMeta(metadata, true, dnsSubdomainProblems, errors);
  for (const [index, { addresses = [], notReadyAddresses = [], ports = [] }] of subsets.entries()) {
    const path = `subsets[${index}]`;
    if (addresses.length === 0 && notReadyAddresses.length === 0) {
      errors.required(path, 'must specify `addresses` or `notReadyAddresses`');
    }
    for (const [list, all] of Object.entries({ addresses, notReadyAddresses })) {
      for (const [at, address] of all.entries()) validateAddress(address, `${path}.${list}[${at}]`, errors);
    }
    for (const [at, port] of ports.entries()) validatePort(port, ports.length > 1, `${path}.ports[${at}]`, errors);
  }
}

function validateAddress({ ip, hostname, nodeName }: EndpointAddress, path: string, errors: Errors): void {
  errors.invalidEach(`${path}.ip`, ip, ipProblems(ip));
  if (hostname !== undefined) errors.invalidEach(`${path}.hostname`, hostname, dnsLabelProblems(hostname));
  if (nodeName !== undefined) errors.invalidEach(`${path}.nodeName`, nodeName, dnsSubdomainProblems(nodeName));
  validateEndpointAddress(ip, `${path}.ip`, errors);
}

function validatePort(
  { name, port, protocol, appProtocol }: EndpointPort & { appProtocol?: string },
  needsName: boolean,
  path: string,
  errors: Errors,
): void {
  if (name !== undefined) errors.invalidEach(`${path}.name`, name, dnsLabelProblems(name));
  else if (needsName) errors.required(`${path}.name`);
  errors.invalidEach(`${path}.port`, port, portNumberProblems(port));
  if (protocol === undefined) errors.required(`${path}.protocol`);
  else if (!PROTOCOLS.includes(protocol)) errors.notSupported(`${path}.protocol`, protocol, PROTOCOLS);
  if (appProtocol !== undefined) errors.invalidEach(`${path}.appProtocol`, appProtocol, labelKeyProblems(appProtocol));
}
