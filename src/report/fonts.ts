// Where the packaged fonts are: beside the bundle, or in the package they come from.
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const FILES = ['DejaVuSans.ttf', 'DejaVuSans-Bold.ttf'] as const;

/** Paths of the font files that the charts are drawn with. Without them the rasteriser would silently draw no text. */
export function fontFiles(): string[] {
  const bundled = FILES.map((file) => fileURLToPath(new URL(`fonts/${file}`, import.meta.url)));
  if (bundled.every((file) => existsSync(file))) return bundled;
  const manifest = createRequire(import.meta.url).resolve('dejavu-fonts-ttf/package.json');
  return FILES.map((file) => join(dirname(manifest), 'ttf', file));
}
