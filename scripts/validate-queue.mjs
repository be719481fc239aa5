// Kills workers, coordinators and Redis while a sweep runs, twenty times each: `npm run validate:queue`, or with another number of times.
import { mkdir } from 'node:fs/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { bundleTool } from './bundle-tool.mjs';

const repository = fileURLToPath(new URL('..', import.meta.url));
const outfile = `${repository}/test/queue/.cache/validate.mjs`;
await mkdir(`${repository}/test/queue/.cache`, { recursive: true });
await bundleTool(`${repository}/test/queue/validate.ts`, outfile);
const { validate } = await import(pathToFileURL(outfile).href);
const [kills] = process.argv.slice(2).map(Number);
process.exitCode = await validate(repository, kills);
