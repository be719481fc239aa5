// IPv4 addresses as numbers, and blocks of them. What is no such address or block is in none.
const BITS = 32;

/** -1 for what is no IPv4 address. */
export function parseIpv4(text: string): number {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) <= 255)) return -1;
  return parts.reduce((sum, part) => sum * 256 + Number(part), 0);
}

/** What `parseIpv4` reads. */
export function formatIpv4(address: number): string {
  return `${address >>> 24}.${(address >> 16) & 255}.${(address >> 8) & 255}.${address & 255}`;
}

/** `10.0.0.0/8`. */
export function isInBlock(address: number, block: string): boolean {
  const [base = '', length = ''] = block.split('/');
  const first = parseIpv4(base);
  if (address < 0 || first < 0 || !/^\d{1,2}$/.test(length) || Number(length) > BITS) return false;
  const size = 2 ** (BITS - Number(length));
  return Math.floor(address / size) === Math.floor(first / size);
}
