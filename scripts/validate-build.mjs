// The same bytes twice: dist/ as it is here, and as the same files make it in a folder of another name and depth; the tarballs too.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

/** What builds, and of which nothing is in the bundle: a link is enough. */
const TOOLS = ['esbuild', '@esbuild', 'typescript', '@typescript', '@types', 'undici-types'];

const root = mkdtempSync(join(tmpdir(), 'wavetank-build-'));
try {
  const folder = join(root, 'another', 'checkout');
  copyCheckout(folder);
  run('node', ['scripts/build.mjs'], folder);
  const [here, there] = ['.', folder].map((one) => ({ files: hashes(join(one, 'dist')), tarball: tarball(one) }));
  const names = [...new Set([...here.files.keys(), ...there.files.keys()])].sort((a, b) => (a < b ? -1 : 1));
  const different = names.filter((name) => here.files.get(name) !== there.files.get(name));
  if (here.tarball !== there.tarball) different.push('the tarball');
  console.log(`${different.length === 0 ? 'ok  ' : 'FAIL'} ${names.length} files, tarball ${here.tarball}`);
  for (const name of different) console.log(`  differs: ${name}`);
  if (different.length > 0) process.exitCode = 1;
} finally {
  rmSync(root, { recursive: true, force: true });
}

/** The files that git has or would have, as they are in the working tree, and the packages of the bill of materials. */
function copyCheckout(folder) {
  const listed = run('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], '.').split('\0');
  for (const file of listed.filter((name) => name !== '' && !name.startsWith('test/') && existsSync(name))) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    cpSync(file, join(folder, file));
  }
  const { components } = JSON.parse(readFileSync('dist/sbom.cdx.json', 'utf8'));
  for (const name of new Set([...components.map((one) => one.group ?? one.name), ...TOOLS])) {
    const [from, to] = [resolve('node_modules', name), join(folder, 'node_modules', name)];
    if (!existsSync(from)) continue;
    mkdirSync(dirname(to), { recursive: true });
    if (TOOLS.includes(name)) symlinkSync(from, to);
    else cpSync(from, to, { recursive: true });
  }
}

function hashes(folder) {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((one) => one.isFile());
  const paths = files.map((one) => join(one.parentPath ?? one.path, one.name));
  return new Map(paths.map((path) => [path.slice(join(folder, '.').length + 1), sha256(readFileSync(path))]));
}

/** Of what `npm pack` makes. */
function tarball(folder) {
  const [packed] = JSON.parse(run('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', root], folder));
  return sha256(readFileSync(join(root, packed.filename)));
}

function sha256(content) {
  return createHash('sha256').update(content).digest('hex');
}

function run(command, args, cwd) {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd, encoding: 'utf8', maxBuffer: 1 << 28 });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${error?.message ?? stderr}`);
  return stdout;
}
