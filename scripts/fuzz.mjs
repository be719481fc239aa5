// Random scenarios under all invariants: `npm run fuzz -- --count N --seed S`, see CONTRIBUTING.md.
import { mkdir } from 'node:fs/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { bundleTool } from './bundle-tool.mjs';

const folder = fileURLToPath(new URL('../test/fuzz', import.meta.url));
const outfile = `${folder}/.cache/fuzz.mjs`;
await mkdir(`${folder}/.cache`, { recursive: true });
await bundleTool(`${folder}/main.ts`, outfile);
const self = pathToFileURL(outfile);
const { main } = await import(self.href);
process.exitCode = await main(process.argv.slice(2), self);
