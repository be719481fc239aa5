// The bytes of results, to be compared between runs.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** A hash of every file below a folder, by its path; what the clock and the machine say of a run is left out. */
export function bytesBelow(folder: string): Record<string, string> {
  const names = readdirSync(folder, { recursive: true }).map(String).sort();
  const files = names.filter((name) => statSync(join(folder, name)).isFile());
  const textOf = (name: string) =>
    readFileSync(join(folder, name), 'utf8').replaceAll(/"(wall_s|peak_rss_mib)": ?[\d.]+/g, '');
  const hash = (name: string) => createHash('sha256').update(textOf(name)).digest('hex');
  return Object.fromEntries(files.map((name) => [name, hash(name)]));
}
