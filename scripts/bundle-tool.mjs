// Bundles a TypeScript program that is not part of the package (benchmarks, validations), with the settings of the product.
import { build } from 'esbuild';

/** `external` are packages that are loaded from node_modules when the program runs. */
export async function bundleTool(source, outfile, external = []) {
  await build({
    entryPoints: [source],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    external: ['@resvg/resvg-js', ...external],
    logLevel: 'warning',
    // CommonJS dependencies inside an ESM bundle still call require for Node's own modules.
    banner: {
      js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
    },
  });
}
