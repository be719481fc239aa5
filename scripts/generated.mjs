// Writes a generated file; with --check on the command line it only says whether the file is stale.
import { readFile, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';

export async function writeGenerated(file, text) {
  if (!process.argv.includes('--check')) {
    await writeFile(file, text);
    return;
  }
  const fresh = (await readFile(file, 'utf8').catch(() => '')) === text;
  if (!fresh) console.error(`${file} is stale: run node scripts/${basename(process.argv[1])}`);
  process.exitCode = fresh ? 0 : 1;
}
