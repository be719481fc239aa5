// `npm run new -- FAMILY NAME`: a member of a family that works: its file, its test and its line in the index.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { families } from './new-templates.mjs';

const [given, name, ...rest] = process.argv.slice(2);
// `wavetank list` has the families' names in the plural.
const what = [given, given?.replace(/s$/, '')].find((one) => Object.hasOwn(families, one)) ?? given;
const usage = [
  'npm run new -- FAMILY NAME',
  ...Object.entries(families).map(([family, { says }]) => `  ${family.padEnd(17)} ${says}`),
  'NAME is in kebab-case: my-balancer',
].join('\n');
if (what === undefined || name === undefined || rest.length > 0) stop(usage);
if (!Object.hasOwn(families, what)) stop(`there is no family "${what}"\n${usage}`);
if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name)) stop(`"${name}" is not in kebab-case, such as my-balancer`);

const { folder, memberName, source, test } = families[what];
const pascal = name.replaceAll(/(?:^|-)(.)/g, (_, letter) => letter.toUpperCase());
const camel = pascal[0].toLowerCase() + pascal.slice(1);
const names = { file: name, constant: camel, member: memberName === 'pascal' ? pascal : name };
const file = `${folder}/${name}.ts`;
const index = `${folder}/index.ts`;
if (existsSync(file)) stop(`${file} is there already`);

write(file, source(names));
write(`${folder}/${name}.test.ts`, test(names));
write(index, withMember(readFileSync(index, 'utf8'), names));
// What lists the members of families is generated.
for (const script of ['generate-scenario-reference', 'generate-json-schema']) {
  const made = spawnSync(process.execPath, [`scripts/${script}.mjs`], { stdio: 'inherit' });
  if (made.status !== 0) stop(`scripts/${script}.mjs failed`);
}
spawnSync('node_modules/.bin/biome', ['format', '--write', folder], { stdio: 'ignore' });
console.log(`Now make it do what it is for: npx vitest ${folder}/${name}.test.ts`);

function write(path, text) {
  writeFileSync(path, text);
  console.log(`${path === index ? 'changed' : 'new    '} ${path}`);
}

/** The index with an import after the others of this folder and the member at the end of the list. */
function withMember(text, { file: from, constant }) {
  const imports = [...text.matchAll(/^import .* from '.*';$/gm)];
  const last = imports.at(-1);
  const end = last.index + last[0].length;
  const withImport = `${text.slice(0, end)}\nimport { ${constant} } from './${from}.ts';${text.slice(end)}`;
  const close = withImport.lastIndexOf(']');
  const before = withImport.slice(0, close).trimEnd();
  return `${before}${before.endsWith(',') ? '' : ','} ${constant},\n${withImport.slice(close)}`;
}

function stop(message) {
  console.error(message);
  process.exit(2);
}
