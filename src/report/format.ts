// Numbers as people read them.

/** 250 µs, 12 ms, 1.5 s, 90 s, 5 min. */
export function formatSeconds(value: number): string {
  if (value === 0) return '0';
  if (Math.abs(value) < 1e-3) return `${digits(value * 1e6)} µs`;
  if (Math.abs(value) < 1) return `${digits(value * 1e3)} ms`;
  if (Math.abs(value) < 600) return `${digits(value)} s`;
  return value < 7200 ? `${digits(value / 60)} min` : `${digits(value / 3600)} h`;
}

/** A ratio as a percentage. */
export function formatRatio(value: number): string {
  return `${digits(value * 100)} %`;
}

/** 1,234,567 for counts, three significant digits for what is not whole. */
export function formatCount(value: number): string {
  return Number.isInteger(value) ? group(String(value)) : digits(value);
}

/** A point in time: m:ss, or h:mm for runs of two hours and more. */
export function formatClock(seconds: number, duration: number): string {
  const two = (value: number) => String(Math.floor(value)).padStart(2, '0');
  if (duration >= 7200) return `${Math.floor(seconds / 3600)}:${two((seconds % 3600) / 60)}`;
  return `${Math.floor(seconds / 60)}:${two(seconds % 60)}`;
}

/** What formatClock writes. */
export function clockUnit(duration: number): string {
  return duration >= 7200 ? 'h:mm' : 'm:ss';
}

/** Three significant digits, no exponent, no trailing zeros; all digits of what is 1000 and more. */
function digits(value: number): string {
  if (Math.abs(value) >= 1000) return group(String(Math.round(value)));
  if (value !== 0 && Math.abs(value) < 1e-6) return value.toExponential(1);
  return String(Number(value.toPrecision(3)));
}

function group(whole: string): string {
  return whole.replaceAll(/\B(?=(?:\d{3})+$)/g, ',');
}
