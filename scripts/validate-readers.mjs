// Hostile files for every reader: `npm run validate:readers [count] [seed] [name]`, see CONTRIBUTING.md.
import { mkdir } from 'node:fs/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { bundleTool } from './bundle-tool.mjs';

const tests = fileURLToPath(new URL('../test', import.meta.url));
// As deep as the tests, from where the built program is found.
const outfile = `${tests}/.cache/readers.mjs`;
await mkdir(`${tests}/.cache`, { recursive: true });
await bundleTool(`${tests}/hostile/main.ts`, outfile);
const { main } = await import(pathToFileURL(outfile).href);
process.exitCode = await main(process.argv.slice(2));
