// Writes docs/reference/cli.md from the help of every verb of the built program.
import { pathToFileURL } from 'node:url';
import { writeGenerated } from './generated.mjs';
import { importSource } from './import-source.mjs';

const { cliReference } = await importSource("export { cliReference } from './src/cli/reference.ts';");
const { main } = await import(pathToFileURL('dist/program.js').href);

/** What `wavetank WORDS --help` prints. */
async function help(words) {
  const write = process.stdout.write.bind(process.stdout);
  const said = [];
  process.stdout.write = (chunk) => said.push(String(chunk)) > 0;
  try {
    await main([...words, '--help']);
  } finally {
    process.stdout.write = write;
  }
  return said.join('');
}

await writeGenerated('docs/reference/cli.md', await cliReference(help));
