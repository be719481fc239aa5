// The package as it is installed: nothing missing, nothing changed, and what draws does.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { packagedScenarios, packageFolder, programHash } from '../../library/package.ts';
import { type Finding, note, ok, problem } from './finding.ts';

interface Manifest {
  readonly version: string;
  readonly engines: { readonly node: string };
  readonly dependencies: Readonly<Record<string, string>>;
}

export function manifest(): Manifest {
  return JSON.parse(readFileSync(join(packageFolder(), 'package.json'), 'utf8')) as Manifest;
}

const AGAIN = 'Install wavetank again: npm install wavetank, or npm ci && npm run build in a checkout.';

export async function installationFindings({ version, dependencies }: Manifest): Promise<Finding[]> {
  return [
    programFinding(version, dependencies),
    dependenciesFinding(dependencies),
    scenariosFinding(),
    await drawingFinding(),
  ];
}

function programFinding(version: string, dependencies: Manifest['dependencies']): Finding {
  const written = programHash();
  const found = `wavetank ${version} at ${packageFolder()}`;
  if (written === 'source') return note('program', `${found}, not built`, 'Run npm run build.');
  if (hashOf(dependencies) === written) return ok('program', `${found}, program ${written}`);
  return problem('program', `${found}: files of the program are not those that were built`, AGAIN);
}

/** As scripts/build.mjs makes it, of the files that are there now. */
function hashOf(dependencies: Manifest['dependencies']): string {
  const folder = join(packageFolder(), 'dist');
  const hash = createHash('sha256').update(JSON.stringify(dependencies));
  const files = readdirSync(folder).filter((name) => name.endsWith('.js'));
  for (const name of files.sort()) hash.update(`\ndist/${name}\n`).update(readFileSync(join(folder, name)));
  return hash.digest('hex').slice(0, 16);
}

function dependenciesFinding(dependencies: Manifest['dependencies']): Finding {
  const wrong = Object.entries(dependencies).flatMap(([name, wanted]) => {
    const installed = installedVersion(name);
    if (installed === wanted) return [];
    return [installed === undefined ? `${name} ${wanted} is missing` : `${name} is ${installed}, not ${wanted}`];
  });
  if (wrong.length > 0) return problem('dependencies', wrong.join('; '), AGAIN);
  return ok('dependencies', `${Object.keys(dependencies).length}, each of the version that wavetank was tested with`);
}

/** Of the package that is found from here, as Node looks for it. */
function installedVersion(name: string): string | undefined {
  for (let folder = packageFolder(); ; folder = dirname(folder)) {
    const file = join(folder, 'node_modules', name, 'package.json');
    if (existsSync(file)) return (JSON.parse(readFileSync(file, 'utf8')) as { readonly version: string }).version;
    if (folder === dirname(folder)) return undefined;
  }
}

function scenariosFinding(): Finding {
  const count = packagedScenarios().length;
  return count > 0 ? ok('scenarios', `${count} come with wavetank`) : problem('scenarios', 'none', AGAIN);
}

const DOT = '<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"><rect width="1" height="1"/></svg>';

/** Its native part is a package for each system and processor. */
async function drawingFinding(): Promise<Finding> {
  try {
    const { Resvg } = await import('@resvg/resvg-js');
    const { width } = new Resvg(DOT).render();
    if (width === 1) return ok('drawing', 'PNG files can be drawn');
    return problem('drawing', `a picture of one pixel has ${width}`, AGAIN);
  } catch (error) {
    return problem(
      'drawing',
      `PNG files cannot be drawn: ${(error as Error).message.split('\n', 1)[0]}`,
      'Install without --omit=optional and on the system where it is to run, or use --no-png and --no-report.',
    );
  }
}
