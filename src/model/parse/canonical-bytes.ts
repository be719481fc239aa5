// Bytes as Kubernetes writes quantities of them: 64Mi, 1500Ki, 100.

const SUFFIXES = [
  ['Ti', 2 ** 40],
  ['Gi', 2 ** 30],
  ['Mi', 2 ** 20],
  ['Ki', 2 ** 10],
] as const;

export function canonicalBytes(value: number): string {
  if (value < 0) return `-${canonicalBytes(-value)}`;
  for (const [suffix, size] of SUFFIXES) if (value >= size && value % size === 0) return `${value / size}${suffix}`;
  return String(value);
}
