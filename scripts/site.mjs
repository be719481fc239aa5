// `npm run site`: bundles site/main.ts as the product is bundled, and runs it.
import { mkdir } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { bundleTool } from './bundle-tool.mjs';

const bundle = 'site/.cache/main.mjs';
await mkdir('site/.cache', { recursive: true });
await bundleTool('site/main.ts', bundle, ['esbuild', '@duckdb/node-api']);
await import(pathToFileURL(bundle).href);
