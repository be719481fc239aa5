// The results of a job as one text that travels through the queue.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { z } from 'zod';
import { replaceResults } from '../../results/writer.ts';

/** No job leaves more, unpacked. */
const MOST_BYTES = 1 << 30;

const filesSchema = z.record(z.string().regex(/^[A-Za-z0-9_][\w.-]*$/), z.string());

/** Every file of a folder of results. */
export function pack(folder: string): string {
  const files = Object.fromEntries(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
  return gzipSync(JSON.stringify(files), { level: 3 }).toString('base64');
}

/** Writes them into a folder, complete or not at all. Throws an Error for what `pack` did not make: no name leads out of the folder. */
export function unpack(packed: string, folder: string): void {
  const text = gunzipSync(Buffer.from(packed, 'base64'), { maxOutputLength: MOST_BYTES }).toString('utf8');
  replaceResults(folder, new Map(Object.entries(filesSchema.parse(JSON.parse(text)))));
}
