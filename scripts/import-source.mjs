// Imports TypeScript of src/ into a script, bundled in memory.
import { build } from 'esbuild';

/** `exports` are lines such as `export { a } from './src/…';`, from the folder of the project. Gives the module. */
export async function importSource(...exports) {
  const bundled = await build({
    stdin: { contents: exports.join('\n'), resolveDir: process.cwd(), loader: 'ts' },
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
  });
  return import(`data:text/javascript;base64,${Buffer.from(bundled.outputFiles[0].contents).toString('base64')}`);
}
