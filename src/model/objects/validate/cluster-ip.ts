// What is wrong with a Service's cluster IPs and IP families (ValidateServiceClusterIPsRelatedFields).
import type { ServiceSpec } from 'kubernetes-types/core/v1.js';
import { Errors, type FieldError } from './errors.ts';
import { ipFamily, ipProblems } from './ip.ts';

const FAMILIES = ['IPv4', 'IPv6'];
const POLICIES = ['PreferDualStack', 'RequireDualStack', 'SingleStack'];

export function clusterIpErrors(spec: ServiceSpec): readonly FieldError[] {
  if (spec.type === 'ExternalName') return [];
  const errors = new Errors();
  const addresses = spec.clusterIPs ?? [];
  const families = spec.ipFamilies ?? [];
  if (spec.clusterIP !== undefined) {
    if (addresses.length === 0) errors.required('spec.clusterIPs');
    else if (addresses[0] !== spec.clusterIP) {
      errors.invalid('spec.clusterIPs', addresses, 'first value must match `clusterIP`');
    }
  } else if (addresses.length > 0) {
    errors.invalid('spec.clusterIPs', addresses, 'must be empty when `clusterIP` is not specified');
  }

  for (const [index, family] of families.entries()) {
    const path = `spec.ipFamilies[${index}]`;
    if (!FAMILIES.includes(family)) errors.notSupported(path, family, FAMILIES);
    if (families.indexOf(family) < index) errors.duplicate(path, family);
  }
  if (spec.ipFamilyPolicy !== undefined && !POLICIES.includes(spec.ipFamilyPolicy)) {
    errors.notSupported('spec.ipFamilyPolicy', spec.ipFamilyPolicy, POLICIES);
  }

  let wrongAddress = false;
  for (const [index, address] of addresses.entries()) {
    if (index === 0 && address === 'None') {
      if (addresses.length === 1) continue;
      wrongAddress = true;
      errors.invalid('spec.clusterIPs', addresses, "'None' must be the first and only value");
      continue;
    }
    const problems = ipProblems(address);
    wrongAddress ||= problems.length > 0;
    errors.invalidEach(`spec.clusterIPs[${index}]`, address, problems);
  }
  if (addresses.length > 2) errors.invalid('spec.clusterIPs', addresses, 'may only hold up to 2 values');
  if (wrongAddress) return errors.list;

  if (addresses.length > 1 && new Set(addresses.map(ipFamily)).size < 2) {
    errors.invalid('spec.clusterIPs', addresses, 'may specify no more than one IP for each IP family');
  }
  if (addresses[0] === 'None') return errors.list;
  for (const [index, address] of addresses.slice(0, families.length).entries()) {
    const family = families[index];
    if (FAMILIES.includes(family) && family !== ipFamily(address)) {
      const message = `expected an ${family} value as indicated by \`ipFamilies[${index}]\``;
      errors.invalid(`spec.clusterIPs[${index}]`, address, message);
    }
  }
  return errors.list;
}
