// `node scripts/layers.mjs [ROOT]`: checks the imports and the text of every source file against the rules of the house; exit code 1 when one is broken.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve, sep } from 'node:path';
import { cruise } from 'dependency-cruiser';
import { folders as knownFolders, rules } from './layer-rules.mjs';
import { checkFolders, checkSource } from './source-rules.mjs';

const root = resolve(process.argv[2] ?? '.');
const files = readdirSync(join(root, 'src'), { recursive: true })
  .map((name) => `src/${name.split(sep).join('/')}`)
  .filter((name) => name.endsWith('.ts'));
const folders = [...new Set(files.map((file) => dirname(file)))];

const violations = [
  ...(await checkImports()),
  ...files.flatMap((file) => checkSource(file, readFileSync(join(root, file), 'utf8'))),
  ...checkFolders(folders, readFileSync(join(root, 'ARCHITECTURE.md'), 'utf8')),
  ...folders
    .filter((folder) => !knownFolders.includes(folder.split('/')[1]))
    .map((folder) => ({
      file: folder,
      sentence: 'every folder of src has a layer',
      comment: 'Say in scripts/layer-rules.mjs what it may import.',
    })),
];
for (const { file, line, sentence, comment, found } of violations) {
  console.log(`${file}${line ? `:${line}` : ''}: ${sentence}${found ? ` (${found})` : ''}\n    ${comment}`);
}
console.log(`${violations.length} violations in ${files.length} files of ${folders.length} folders`);
process.exitCode = violations.length === 0 ? 0 : 1;

async function checkImports() {
  // Tests may import what they like. One that the product imports is followed all the same, and reported.
  const product = files.filter((file) => !file.endsWith('.test.ts'));
  const { output } = await cruise(
    product,
    // TypeScript's own compiler is not asked: swc reads the imports, those of types as well.
    {
      baseDir: root,
      parser: 'swc',
      tsPreCompilationDeps: true,
      doNotFollow: { path: 'node_modules' },
      validate: true,
      ruleSet: { forbidden: rules },
    },
    { extensions: ['.ts'] },
  );
  // A parser that is missing makes dependency-cruiser see no modules, and so no violation.
  const seen = new Set(output.modules.map(({ source }) => source));
  const unseen = product.filter((file) => !seen.has(file));
  if (product.length === 0 || unseen.length > 0)
    throw new Error(`imports were not read of: ${unseen.join(', ') || 'any file'}`);
  return output.summary.violations.map(({ from, to, rule, cycle }) => ({
    file: from,
    sentence: rule.name,
    comment: rules.find(({ name }) => name === rule.name).comment,
    found: cycle ? [from, ...cycle.map(({ name }) => name)].join(' → ') : to,
  }));
}
