// The block at the top of a page: what must be known before the figures are read.
import { type Html, html, raw } from './html.ts';

export function caveatBlock(caveats: readonly string[]): Html {
  if (caveats.length === 0) return raw('');
  return html`<ul class="caveats">${caveats.map((one) => html`<li>${one}</li>`)}</ul>`;
}
