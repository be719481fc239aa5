// What pages share: the style sheet with its colours, the script, the theme, the icon.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build, type BuildOptions } from 'esbuild';
import { dark as chartsInDark, hue, ink } from '../src/report/theme.ts';

const CLIENT = 'site/client';

/** Colours that only the site has: of code, of what lies a little above or below the page. */
const light = {
  ...ink,
  ...hue,
  surface: '#f4f6f8',
  blue: '#0067a3',
  'code-keyword': '#8a2f6b',
  'code-string': '#00694c',
  'code-name': '#0067a3',
  'code-number': '#a04000',
};
const dark = {
  ...chartsInDark,
  surface: '#1e252d',
  'code-keyword': '#e3a4c8',
  'code-string': '#5fd0ad',
  'code-name': '#8fd0f7',
  'code-number': '#f5a773',
};

const variables = (colors: Readonly<Record<string, string>>): string =>
  Object.entries(colors)
    .map(([name, color]) => `--${name}: ${color};`)
    .join(' ');

/** What is different in the dark, below an element that says so. */
const inDark = (root: string): string => `${root} { color-scheme: dark; ${variables(dark)} }
${root} figure image { filter: invert(.91) hue-rotate(180deg); }
${root} img.in-dark { display: block; }
${root} img.in-light { display: none; }`;

function styleSheet(): string {
  return `:root { color-scheme: light; ${variables(light)} }
@media screen { ${inDark(':root[data-theme=dark]')} }
@media screen and (prefers-color-scheme: dark) { ${inDark(':root:not([data-theme=light])')} }
${readFileSync(join(CLIENT, 'site.css'), 'utf8')}`;
}

/** Waves in a basin. */
const ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="${hue.blue}"/><g fill="none" stroke="#fff" stroke-width="2.6" stroke-linecap="round"><path d="M6 12c3.3-4 6.7-4 10 0s6.7 4 10 0"/><path d="M6 20c3.3-4 6.7-4 10 0s6.7 4 10 0"/></g></svg>\n`;

/** By path from the folder of the site. Scripts are no modules: a browser loads none from a folder. */
export async function assets(): Promise<Map<string, string>> {
  const bundled = async (entry: string, options: BuildOptions = {}): Promise<string> => {
    const made = await build({
      ...options,
      entryPoints: [join(CLIENT, entry)],
      bundle: true,
      minify: true,
      write: false,
      format: 'iife',
      platform: 'browser',
      target: 'es2022',
      legalComments: 'inline',
    });
    return made.outputFiles[0].text;
  };
  return new Map([
    ['assets/site.css', styleSheet()],
    ['assets/theme.js', await bundled('theme.js')],
    ['assets/site.js', await bundled('site.js')],
    ['assets/icon.svg', ICON],
  ]);
}
