// Validation of a pod's DNS settings (pkg/apis/core/validation).
import type { PodSpec } from '../types.ts';
import type { Errors } from './errors.ts';
import { ipProblems } from './ip.ts';
import { dnsSubdomainProblems } from './names.ts';

const POLICIES = ['ClusterFirstWithHostNet', 'ClusterFirst', 'Default', 'None'];
// libc's limits.
const MOST_SERVERS = 3;
const MOST_SEARCHES = 32;
const MOST_SEARCH_CHARACTERS = 2048;

export function validateDns({ dnsPolicy = '', dnsConfig }: PodSpec, path: string, errors: Errors): void {
  if (!POLICIES.includes(dnsPolicy)) errors.notSupported(`${path}.dnsPolicy`, dnsPolicy, POLICIES);
  const at = `${path}.dnsConfig`;
  const { nameservers = [], searches = [], options = [] } = dnsConfig ?? {};
  if (dnsPolicy === 'None' && dnsConfig === undefined) {
    errors.required(at, 'must provide `dnsConfig` when `dnsPolicy` is None');
  } else if (dnsPolicy === 'None' && nameservers.length === 0) {
    errors.required(`${at}.nameservers`, 'must provide at least one DNS nameserver when `dnsPolicy` is None');
    return;
  }
  if (nameservers.length > MOST_SERVERS) {
    errors.invalid(`${at}.nameservers`, nameservers, `must not have more than ${MOST_SERVERS} nameservers`);
  }
  for (const [index, address] of nameservers.entries()) {
    errors.invalidEach(`${at}.nameservers[${index}]`, address, ipProblems(address));
  }
  if (searches.length > MOST_SEARCHES) {
    errors.invalid(`${at}.searches`, searches, `must not have more than ${MOST_SEARCHES} search paths`);
  }
  if (searches.join(' ').length > MOST_SEARCH_CHARACTERS) {
    const message = `must not have more than ${MOST_SEARCH_CHARACTERS} characters (including spaces) in the search list`;
    errors.invalid(`${at}.searches`, searches, message);
  }
  for (const [index, search] of searches.entries()) {
    if (search === '.') continue;
    // Underscores are common in search paths and allowed.
    const name = search.replace(/\.$/, '').replaceAll('_', 'x');
    errors.invalidEach(`${at}.searches[${index}]`, search, dnsSubdomainProblems(name));
  }
  for (const [index, { name }] of options.entries()) {
    if (!name) errors.required(`${at}.options[${index}]`, 'must not be empty');
  }
}
