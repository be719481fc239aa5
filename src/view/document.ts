// The page as one HTML document: script, style and (in a file) the frames are in it, and its policy forbids everything else.
import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import type { Frame } from '../page/frame.ts';
import { html, raw } from '../report/html.ts';
import { dark, hue, ink } from '../report/theme.ts';
import { skeleton } from './skeleton.ts';

/** What the build makes of src/page/browser. */
export interface PageParts {
  readonly script: string;
  readonly style: string;
}

export interface PageDocument {
  readonly text: string;
  /** The Content-Security-Policy, which the document has as well. */
  readonly policy: string;
}

const variables = (colors: Readonly<Record<string, string>>): string =>
  Object.entries(colors)
    .map(([name, color]) => `--${name}:${color}`)
    .join(';');

/** Light unless the system is dark; what the reader switches to goes before both. */
const PALETTE = `:root{color-scheme:light;${variables({ ...ink, ...hue })}}
@media(prefers-color-scheme:dark){:root:not([data-theme=light]){color-scheme:dark;${variables(dark)}}}
:root[data-theme=dark]{color-scheme:dark;${variables(dark)}}
`;

/** With `frames` a document that stands alone; without, one that asks the server for them. */
export function pageDocument({ script, style }: PageParts, title: string, frames?: readonly Frame[]): PageDocument {
  const styles = `${PALETTE}${style}`;
  const policy = [
    "default-src 'none'",
    `script-src '${hashOf(script)}'`,
    `style-src '${hashOf(styles)}'`,
    `connect-src ${frames === undefined ? "'self'" : "'none'"}`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  const data =
    frames === undefined
      ? ''
      : `<script type="application/gzip" id="frames">${gzipSync(linesOf(frames)).toString('base64')}</script>\n`;
  const text = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${raw(styles)}</style>
</head>
<body>
${raw(skeleton)}
${raw(data)}<script type="module">${raw(script)}</script>
</body>
</html>
`.html;
  return { text, policy: `${policy}; frame-ancestors 'none'` };
}

/** Frames as they travel: one line of JSON each. */
export function linesOf(frames: readonly Frame[]): string {
  return frames.map((frame) => `${JSON.stringify(frame)}\n`).join('');
}

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}
