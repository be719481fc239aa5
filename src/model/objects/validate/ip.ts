// IP addresses and CIDR ranges as Go parses them, leading zeros in IPv4 tolerated.

export type IpFamily = 'IPv4' | 'IPv6';

const IP_PROBLEM = 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)';
const CIDR_PROBLEM = 'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)';

/** Four or sixteen bytes, or undefined. An IPv4 address mapped into IPv6 is IPv4, as in Go. */
export function parseIp(text: string): readonly number[] | undefined {
  return text.includes(':') ? parseIpv6(text) : parseIpv4(text);
}

/** The family of a valid address. */
export function ipFamily(text: string): IpFamily {
  return parseIp(text)?.length === 16 ? 'IPv6' : 'IPv4';
}

export function ipProblems(text: string): string[] {
  return parseIp(text) === undefined ? [IP_PROBLEM] : [];
}

export function cidrProblems(text: string): string[] {
  return cidrFamily(text) === undefined ? [CIDR_PROBLEM] : [];
}

/** The family of a CIDR range, or undefined where it is none. */
export function cidrFamily(text: string): IpFamily | undefined {
  const [address, bits, ...more] = text.split('/');
  if (bits === undefined || more.length > 0 || !/^\d{1,8}$/.test(bits)) return undefined;
  const bytes = parseIp(address);
  if (bytes === undefined) return undefined;
  const isV6 = address.includes(':');
  return Number(bits) <= (isV6 ? 128 : 32) ? (isV6 ? 'IPv6' : 'IPv4') : undefined;
}

function parseIpv4(text: string): number[] | undefined {
  const parts = text.split('.');
  if (parts.length !== 4) return undefined;
  const bytes = parts.map((part) => (/^\d{1,8}$/.test(part) ? Number(part) : Number.NaN));
  return bytes.every((byte) => byte <= 255) ? bytes : undefined;
}

function parseIpv6(text: string): number[] | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const groups = halves.map((half) => (half === '' ? [] : half.split(':')));
  const [head, tail] = groups.map((list, index) => bytesOf(list, index === groups.length - 1));
  if (head === undefined || (halves.length === 2 && tail === undefined)) return undefined;
  const given = head.length + (tail?.length ?? 0);
  // `::` stands for at least one group of zeros.
  if (halves.length === 1 ? given !== 16 : given > 14) return undefined;
  const bytes = [...head, ...Array.from({ length: 16 - given }, () => 0), ...(tail ?? [])];
  const mapped = bytes.slice(0, 10).every((byte) => byte === 0) && bytes[10] === 255 && bytes[11] === 255;
  return mapped ? bytes.slice(12) : bytes;
}

function bytesOf(groups: readonly string[], isLast: boolean): number[] | undefined {
  const bytes: number[] = [];
  for (const [index, group] of groups.entries()) {
    if (isLast && index === groups.length - 1 && group.includes('.')) {
      const embedded = parseIpv4(group);
      if (embedded === undefined) return undefined;
      bytes.push(...embedded);
    } else {
      if (!/^[\da-fA-F]{1,4}$/.test(group)) return undefined;
      const value = Number.parseInt(group, 16);
      bytes.push(value >> 8, value & 255);
    }
  }
  return bytes;
}

/** Whether a valid CIDR range lies in another one and is smaller. */
export function isStrictSubset(range: string, of: string): boolean {
  const [inner, innerBits] = range.split('/');
  const [outer, outerBits] = of.split('/');
  const a = parseIp(inner) ?? [];
  const b = parseIp(outer) ?? [];
  if (a.length !== b.length || Number(innerBits) <= Number(outerBits)) return false;
  for (let bit = 0; bit < Number(outerBits); bit += 1) {
    const mask = 0x80 >> (bit & 7);
    if ((a[bit >> 3] & mask) !== (b[bit >> 3] & mask)) return false;
  }
  return true;
}
