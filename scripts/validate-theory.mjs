// Compares the simulator with every value of the tables of queueing theory: `npm run validate:theory`, see CONTRIBUTING.md.
import { mkdir } from 'node:fs/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { bundleTool } from './bundle-tool.mjs';

const folder = fileURLToPath(new URL('../test/theory', import.meta.url));
const outfile = `${folder}/.cache/validate.mjs`;
await mkdir(`${folder}/.cache`, { recursive: true });
await bundleTool(`${folder}/validate.ts`, outfile);
process.env.WAVETANK_THEORY = folder;
const { validate } = await import(pathToFileURL(outfile).href);
process.exitCode = (await validate(process.argv.slice(2))).code;
