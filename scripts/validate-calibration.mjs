// Coverage of the intervals of `wavetank calibrate` on fresh data: `npm run validate:calibration [SETS] [FROM]`, see docs/decisions/0093.
import { mkdir } from 'node:fs/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { bundleTool } from './bundle-tool.mjs';

const folder = fileURLToPath(new URL('../test/sweep', import.meta.url));
const outfile = `${folder}/.cache/coverage.mjs`;
await mkdir(`${folder}/.cache`, { recursive: true });
await bundleTool(`${folder}/calibration-coverage.ts`, outfile);
const { coverage } = await import(pathToFileURL(outfile).href);
const [sets = '20', from = '0'] = process.argv.slice(2);
// Of twice so many truths; less than 82 % is improbable (1 %) where each is held with 95 %.
process.exitCode = coverage(Number(sets), Number(from)) >= 0.82 ? 0 : 1;
