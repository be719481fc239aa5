// The colours of the page: what the style sheet says now, as numbers for pixels and as text for the rest.
import { HUES, type Hue } from '../coloring.ts';
import { byId } from './dom.ts';

type Ink = 'text' | 'muted' | 'axis' | 'grid' | 'background';

/** Red, green and blue, 0 to 255. */
type Rgb = readonly [number, number, number];

export interface Palette {
  readonly css: Readonly<Record<Ink | Hue, string>>;
  readonly rgb: Readonly<Record<Ink | Hue, Rgb>>;
}

const INKS: readonly Ink[] = ['text', 'muted', 'axis', 'grid', 'background'];
const STORED = 'wavetank-theme';

export function readPalette(): Palette {
  const style = getComputedStyle(document.documentElement);
  const css = Object.fromEntries(
    [...INKS, ...HUES].map((name) => [name, style.getPropertyValue(`--${name}`).trim()]),
  ) as Palette['css'];
  const rgb = Object.fromEntries(Object.entries(css).map(([name, color]) => [name, parse(color)])) as Palette['rgb'];
  return { css, rgb };
}

/** A share of one colour, the rest of the other, as a pixel: alpha, blue, green and red from the highest byte to the lowest. */
export function pixel(color: Rgb, onto: Rgb = color, share = 1): number {
  const part = (at: number): number => Math.round(color[at] * share + onto[at] * (1 - share));
  return ((255 << 24) | (part(2) << 16) | (part(1) << 8) | part(0)) >>> 0;
}

/** Calls `changed` when the system or the reader switches. The choice is kept where the browser lets a page keep something. */
export function watchTheme(changed: () => void): void {
  const { documentElement: root } = document;
  const kept = stored();
  if (kept !== undefined) root.dataset['theme'] = kept;
  const system = matchMedia('(prefers-color-scheme: dark)');
  system.addEventListener('change', changed);
  byId('theme').addEventListener('click', () => {
    const isDark = (root.dataset['theme'] ?? (system.matches ? 'dark' : 'light')) === 'dark';
    root.dataset['theme'] = isDark ? 'light' : 'dark';
    store(root.dataset['theme']);
    changed();
  });
}

function parse(color: string): Rgb {
  const digits = /^#([0-9a-f]{6})$/i.exec(color)?.[1];
  if (digits === undefined) throw new Error(`expected a colour such as #0072b2, got "${color}"`);
  return [0, 2, 4].map((at) => Number.parseInt(digits.slice(at, at + 2), 16)) as unknown as Rgb;
}

/** Pages of files and of private windows may keep nothing: then the system's theme is the one at the next opening. */
function stored(): string | undefined {
  try {
    return localStorage.getItem(STORED) ?? undefined;
  } catch (error) {
    if (error instanceof DOMException) return undefined;
    throw error;
  }
}

function store(theme: string): void {
  try {
    localStorage.setItem(STORED, theme);
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
  }
}
