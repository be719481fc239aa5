// Decimal numbers as JavaScript writes them, of a given number of decimals, without its search for the shortest text.

/** `000` to `999`, and the same without zeros at their end. */
const THREE = Array.from({ length: 1000 }, (_, i) => String(i).padStart(3, '0'));
const TRIMMED = THREE.map((text) => text.replace(/0+$/, ''));
/** Fewer digits than this many are exact in a double. */
const EXACT = 1e15;

/** Rounded to microseconds. */
export function sixDecimals(value: number): string {
  const scaled = Math.round(value * 1e6);
  if (!(scaled >= 0 && scaled < EXACT)) return String(scaled / 1e6);
  const whole = Math.floor(scaled / 1e6);
  const rest = scaled - whole * 1e6;
  return rest === 0 ? String(whole) : `${whole}.${six(rest)}`;
}

/** Rounded to billionths. Below a millionth JavaScript writes an exponent. */
export function nineDecimals(value: number): string {
  const scaled = Math.round(value * 1e9);
  if (!((scaled >= 1e3 || scaled === 0) && scaled < EXACT)) return String(scaled / 1e9);
  const whole = Math.floor(scaled / 1e9);
  const rest = scaled - whole * 1e9;
  if (rest === 0) return String(whole);
  const most = Math.floor(rest / 1e3);
  const least = rest - most * 1e3;
  return `${whole}.${least === 0 ? six(most) : THREE[Math.floor(most / 1e3)] + THREE[most % 1e3] + TRIMMED[least]}`;
}

function six(micro: number): string {
  const most = Math.floor(micro / 1e3);
  const least = micro - most * 1e3;
  return least === 0 ? TRIMMED[most] : THREE[most] + TRIMMED[least];
}
