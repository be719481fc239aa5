// A simulated month and its memory: `npm run validate:month [days]`, see docs/performance.md.
import { mkdir } from 'node:fs/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { bundleTool } from './bundle-tool.mjs';

const folder = fileURLToPath(new URL('../test/month', import.meta.url));
const outfile = `${folder}/.cache/month.mjs`;
await mkdir(`${folder}/.cache`, { recursive: true });
await bundleTool(`${folder}/main.ts`, outfile);
const { main } = await import(pathToFileURL(outfile).href);
process.exitCode = main(...process.argv.slice(2).map(Number));
