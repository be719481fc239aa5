// What is in the package besides our own code: the packages inside of the bundle, those that are installed with it, and their licenses.
import { readdir, readFile } from 'node:fs/promises';

/** Packages that are inside of the bundle or beside it, by the files that it was made of: { path, name, version, license, text }. */
export async function bundledPackages(files) {
  const folder = /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/;
  const paths = new Set(files.flatMap((file) => file.match(folder)?.[0] ?? []));
  return Promise.all(
    inOrder(paths).map(async (path) => {
      const { name, version, license } = JSON.parse(await readFile(`${path}/package.json`, 'utf8'));
      return { path, name, version, license, text: await licenseText(path) };
    }),
  );
}

/** Of a package's folder. */
async function licenseText(path) {
  const names = await readdir(path);
  const inFolder = names.includes('licenses') ? await readdir(`${path}/licenses`) : [];
  const files = names
    .filter((file) => /^(licen[cs]e|notice|copying)(\b|$)/i.test(file))
    .concat(inFolder.map((file) => `licenses/${file}`));
  const contents = await Promise.all(files.sort().map((file) => readFile(`${path}/${file}`, 'utf8')));
  return contents.map((text) => text.trim()).join('\n\n');
}

/** The licenses of bundled packages, as most of them ask; a text that many have stands there once. */
export function licensesFile(bundled) {
  const byText = new Map();
  for (const one of bundled) byText.set(one.text, [...(byText.get(one.text) ?? []), one]);
  const parts = [...byText].map(([text, packages]) => {
    const heads = packages.map(({ name, version, license }) => `${name} ${version} (${license ?? 'see below'})`);
    return `${heads.join('\n')}\n\n${text}\n`;
  });
  return parts.join(`\n${'-'.repeat(100)}\n\n`);
}

/**
 * A bill of materials in CycloneDX 1.5 as JSON. Bundled packages have `cdx:npm:package:bundled`; the others are those that npm installs
 * with this one, by package-lock.json. Without a time and a random number: the same code has the same bill.
 */
export function billOfMaterials(manifest, lock, bundled) {
  const root = purl(manifest.name, manifest.version);
  const installed = installedPackages(manifest, lock);
  const paths = new Set([...bundled.map(({ path }) => path), ...installed.keys()]);
  const isBundled = new Set(bundled.map(({ path }) => path));
  const byPath = new Map(
    inOrder(paths).map((path) => [path, component(path, lock.packages[path], isBundled.has(path))]),
  );
  // A version that is there twice, in folders of two packages, is one component.
  const components = [...new Map([...byPath.values()].map((one) => [one['bom-ref'], one])).values()];
  const dependsOn = new Map([[root, [...directPaths(manifest, lock), ...isBundled]]]);
  for (const [path, needs] of installed) dependsOn.set(byPath.get(path)['bom-ref'], needs);
  return {
    $schema: 'http://cyclonedx.org/schema/bom-1.5.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.5',
    version: 1,
    metadata: {
      lifecycles: [{ phase: 'build' }],
      component: {
        type: 'application',
        'bom-ref': root,
        name: manifest.name,
        version: manifest.version,
        description: manifest.description,
        licenses: licensesOf(manifest.license),
        purl: root,
      },
    },
    components,
    dependencies: [...dependsOn].map(([ref, needs]) => ({
      ref,
      dependsOn: [...new Set(needs.map((path) => byPath.get(path)['bom-ref']))].sort(),
    })),
  };
}

function component(path, locked, bundled) {
  const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
  const slash = name.indexOf('/');
  const ref = purl(name, locked.version);
  return {
    type: 'library',
    'bom-ref': ref,
    ...(slash === -1 ? {} : { group: name.slice(0, slash) }),
    name: name.slice(slash + 1),
    version: locked.version,
    scope: locked.optional === true ? 'optional' : 'required',
    ...(locked.integrity === undefined ? {} : { hashes: [hashOf(locked.integrity)] }),
    licenses: licensesOf(locked.license),
    purl: ref,
    ...(bundled ? { properties: [{ name: 'cdx:npm:package:bundled', value: 'true' }] } : {}),
  };
}

/** Of `sha512-…`, in base64. */
function hashOf(integrity) {
  const [algorithm, content] = integrity.split('-');
  return {
    alg: algorithm.toUpperCase().replace('SHA', 'SHA-'),
    content: Buffer.from(content, 'base64').toString('hex'),
  };
}

/** One license by its id, several as an expression, and anything else by what it says. */
function licensesOf(license = 'unknown') {
  if (/ (AND|OR|WITH) /.test(license)) return [{ expression: license }];
  return [{ license: /\s/.test(license) ? { name: license } : { id: license } }];
}

function purl(name, version) {
  return `pkg:npm/${name.replace('@', '%40')}@${version}`;
}

/** What npm installs with the package: by path in the lock file, the paths that each needs. */
function installedPackages(manifest, lock) {
  const found = new Map();
  const wanted = directPaths(manifest, lock);
  for (let path = wanted.pop(); path !== undefined; path = wanted.pop()) {
    if (found.has(path)) continue;
    const { dependencies, optionalDependencies } = lock.packages[path];
    const names = Object.keys({ ...dependencies, ...optionalDependencies });
    const needs = names.flatMap((name) => pathOf(name, path, lock) ?? []).sort();
    found.set(path, needs);
    wanted.push(...needs);
  }
  return found;
}

function directPaths({ dependencies }, lock) {
  return Object.keys(dependencies).flatMap((name) => pathOf(name, '', lock) ?? []);
}

/** Where Node finds a package from the folder of another one; undefined for one that is not in the lock file. */
function pathOf(name, from, { packages }) {
  for (let folder = from; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/node_modules/')))) {
    const path = `${folder === '' ? '' : `${folder}/`}node_modules/${name}`;
    if (packages[path] !== undefined) return path;
    if (folder === '') return undefined;
  }
}

/** Of texts, by their characters. */
function inOrder(texts) {
  return [...texts].sort((a, b) => (a < b ? -1 : 1));
}
