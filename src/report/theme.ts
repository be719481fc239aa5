// Colours, type and sizes of every chart, and how wide text is.

export const WIDTH = 960;
export const HEIGHT = 540;
export const MARGIN = 28;
export const FONT = 'DejaVu Sans, Verdana, sans-serif';

export const SIZE = { title: 19, body: 13, small: 12 } as const;

/** Neutral tones. The page replaces each colour by a variable, so no two may be equal. */
export const ink = {
  text: '#1f2933',
  muted: '#5a6675',
  axis: '#98a3b0',
  grid: '#e1e5ea',
  background: '#ffffff',
} as const;

/** Okabe and Ito's palette, distinguishable with any colour vision. */
export const hue = {
  blue: '#0072b2',
  orange: '#e69f00',
  green: '#009e73',
  red: '#d55e00',
  pink: '#cc79a7',
  sky: '#56b4e9',
  yellow: '#d9c514',
  grey: '#8b95a1',
} as const;

/** The same colours for a dark page. */
export const dark: Readonly<Record<keyof typeof ink | keyof typeof hue, string>> = {
  text: '#e6eaef',
  muted: '#a3afbd',
  axis: '#66727f',
  grid: '#2b333c',
  background: '#161b21',
  blue: '#4aa3df',
  orange: '#f0b429',
  green: '#2fbf93',
  red: '#f0813a',
  pink: '#dd94bd',
  sky: '#8fd0f7',
  yellow: '#e6d53c',
  grey: '#98a3af',
};

// Advance widths of DejaVu Sans for the characters from space to ~, in thousandths of the font size.
// biome-ignore format: a table
const WIDTHS = [
  318, 401, 460, 838, 636, 950, 780, 275, 390, 390, 500, 838, 318, 361, 318, 337, 636, 636, 636, 636, 636, 636, 636, 636,
  636, 636, 337, 337, 838, 838, 838, 531, 1000, 684, 686, 698, 770, 632, 575, 775, 752, 295, 295, 656, 557, 863, 748, 787,
  603, 787, 695, 635, 611, 732, 684, 989, 685, 611, 685, 390, 337, 390, 838, 500, 500, 613, 635, 550, 635, 615, 352, 635,
  634, 278, 278, 579, 278, 974, 634, 612, 635, 635, 411, 521, 392, 634, 592, 818, 592, 592, 525, 636, 337, 636, 838,
] as const;
const BOLD = 1.12;

/** Width in pixels of text in the charts' font; characters beyond ASCII count as wide ones. */
export function textWidth(text: string, size: number, bold = false): number {
  let width = 0;
  for (const character of text) width += WIDTHS[(character.codePointAt(0) ?? 0) - 32] ?? 850;
  return (width / 1000) * size * (bold ? BOLD : 1);
}

/** Text cut to a width in pixels, with an ellipsis where something is missing. */
export function fitText(text: string, width: number, size: number, bold = false): string {
  if (textWidth(text, size, bold) <= width) return text;
  const characters = Array.from(text);
  while (characters.length > 0 && textWidth(`${characters.join('')}…`, size, bold) > width) characters.pop();
  return `${characters.join('')}…`;
}
