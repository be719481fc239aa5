// Amounts of resources in words, and lists of them.

const STEPS = [
  [2 ** 40, 'Ti'],
  [2 ** 30, 'Gi'],
  [2 ** 20, 'Mi'],
  [2 ** 10, 'Ki'],
] as const;

/** `500m cpu`, `1Gi memory`, `room for 1 pod`, `2 nvidia.com/gpu`. */
export function amountText(name: string, amount: number): string {
  if (name === 'cpu') {
    // Thousandths are whole; what a fraction adds is rounding.
    const milli = Math.ceil(amount * 1000 - 1e-6);
    return `${milli < 1000 ? `${milli}m` : milli / 1000} cpu`;
  }
  if (name === 'pods') return `room for ${amount} pod${amount === 1 ? '' : 's'}`;
  const bytes = name === 'memory' || name === 'ephemeral-storage' || name.startsWith('hugepages-');
  const [size, unit] = (bytes ? STEPS.find(([least]) => amount >= least) : undefined) ?? [1, ''];
  return `${Math.ceil((amount / size) * 10) / 10}${unit} ${name}`;
}

export function listText(parts: readonly string[]): string {
  if (parts.length < 2) return parts.join('');
  return `${parts.slice(0, -1).join(', ')} and ${parts[parts.length - 1]}`;
}
