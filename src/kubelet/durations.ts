// Durations as Go writes them: 10s, 1m20s, 3.9s, 573ms.

export function duration(us: number): string {
  if (us === 0) return '0s';
  if (us < 1e3) return `${us}µs`;
  if (us < 1e6) return `${us / 1e3}ms`;
  const hours = Math.floor(us / 3600e6);
  const minutes = Math.floor((us % 3600e6) / 60e6);
  const seconds = (us % 60e6) / 1e6;
  return `${hours > 0 ? `${hours}h` : ''}${hours > 0 || minutes > 0 ? `${minutes}m` : ''}${seconds}s`;
}
