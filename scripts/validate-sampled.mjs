// Compares sampled runs with full ones, scenario by scenario: `npm run validate:sampled [seeds]`, see docs/sampled.md.
import { mkdir } from 'node:fs/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { bundleTool } from './bundle-tool.mjs';

const folder = fileURLToPath(new URL('../test/sampled', import.meta.url));
const outfile = `${folder}/.cache/study.mjs`;
await mkdir(`${folder}/.cache`, { recursive: true });
await bundleTool(`${folder}/study.ts`, outfile);
const { study } = await import(pathToFileURL(outfile).href);
study(process.argv.slice(2));
