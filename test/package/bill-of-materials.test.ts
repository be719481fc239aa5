// What is in the package besides our own code: every package is in the bill of materials, with a license that is allowed, and its text.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { load } from 'js-yaml';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (file: string): string => readFileSync(`${root}/${file}`, 'utf8');

interface Component {
  readonly 'bom-ref': string;
  readonly group?: string;
  readonly name: string;
  readonly version: string;
  readonly scope: string;
  readonly hashes?: readonly { readonly alg: string; readonly content: string }[];
  readonly licenses: readonly [
    { readonly expression?: string; readonly license?: { readonly id?: string; readonly name?: string } },
  ];
  readonly properties?: readonly { readonly name: string; readonly value: string }[];
}

interface Bill {
  readonly specVersion: string;
  readonly metadata: { readonly component: Component };
  readonly components: readonly Component[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[];
}

interface Lock {
  readonly packages: Readonly<Record<string, { readonly version: string; readonly integrity?: string }>>;
}

/** Nothing that asks for the source of a program which contains it. */
const BUNDLED_LICENSES = ['MIT', 'ISC', '0BSD', 'BSD-2-Clause', 'BSD-3-Clause', 'Apache-2.0', 'Apache-2.0 AND BSL-1.0'];
/** Packages that stay as they are may ask for their own source, as MPL-2.0 does. */
const INSTALLED_LICENSES = [...BUNDLED_LICENSES, 'MPL-2.0', 'PSF-2.0'];
/** DejaVu's license is Bitstream Vera's with changes in the public domain; its text is in the list. */
const NAMED = new Set(['pkg:npm/dejavu-fonts-ttf@2.37.3']);

const bill = JSON.parse(read('dist/sbom.cdx.json')) as Bill;
const lock = JSON.parse(read('package-lock.json')) as Lock;
const texts = read('dist/THIRD-PARTY-LICENSES.txt');

const fullName = ({ group, name }: Component): string => (group === undefined ? name : `${group}/${name}`);
const isBundled = ({ properties = [] }: Component): boolean =>
  properties.some(({ name, value }) => name === 'cdx:npm:package:bundled' && value === 'true');
const licenseOf = ({ licenses: [{ expression, license }] }: Component): string =>
  expression ?? license?.id ?? license?.name ?? '';

describe('the bill of materials', () => {
  const bundled = bill.components.filter(isBundled);
  const references = new Set([bill.metadata.component['bom-ref'], ...bill.components.map((one) => one['bom-ref'])]);

  it('has what is inside of the bundle, and what npm installs with it', () => {
    const names = bundled.map(fullName);
    // Drawn with, printed with, spoken with; as a dependency and in the bundle; and not a tool.
    expect(names).toEqual(
      expect.arrayContaining([
        'echarts',
        'zrender',
        'cli-table3',
        'bullmq',
        'ioredis',
        'yargs',
        'zod',
        'dejavu-fonts-ttf',
      ]),
    );
    expect(names).not.toContain('vitest');
    const installed = bill.components.filter((one) => !isBundled(one)).map(fullName);
    expect(installed).toEqual(
      expect.arrayContaining([
        '@resvg/resvg-js',
        '@resvg/resvg-js-win32-x64-msvc',
        'csv-stringify',
        'd3-array',
        'internmap',
        'js-yaml',
        'piscina',
      ]),
    );
    const { dependencies } = JSON.parse(read('package.json')) as { readonly dependencies: Record<string, string> };
    const own = bill.dependencies.find(({ ref }) => ref === bill.metadata.component['bom-ref']);
    for (const [name, version] of Object.entries(dependencies)) {
      expect(own?.dependsOn).toContain(`pkg:npm/${name.replace('@', '%40')}@${version}`);
    }
  });

  it('has each once, of the version and with the hash of the lock file', () => {
    expect(references.size).toBe(bill.components.length + 1);
    const locked = Object.entries(lock.packages).map(([path, one]) => ({
      name: path.slice(path.lastIndexOf('node_modules/') + 13),
      ...one,
    }));
    for (const component of bill.components) {
      const same = locked.filter(({ name, version }) => name === fullName(component) && version === component.version);
      expect(same, component['bom-ref']).not.toEqual([]);
      const [hash] = component.hashes ?? [];
      const integrity =
        hash === undefined ? undefined : `sha512-${Buffer.from(hash.content, 'hex').toString('base64')}`;
      expect(same.map((one) => one.integrity)).toContain(integrity);
    }
  });

  it('names nothing among dependencies that it does not list', () => {
    const named = bill.dependencies.flatMap(({ ref, dependsOn }) => [ref, ...dependsOn]);
    expect(named.filter((ref) => !references.has(ref))).toEqual([]);
  });

  it('has nothing of the time or the machine at which it was made', () => {
    const text = read('dist/sbom.cdx.json');
    expect(text).not.toContain(root);
    expect(text).not.toMatch(/timestamp|serialNumber/);
  });
});

describe('licenses', () => {
  it('of bundled code allow it, and of installed packages too', () => {
    const refused = bill.components.filter((one) => {
      const allowed = isBundled(one) ? BUNDLED_LICENSES : INSTALLED_LICENSES;
      return !allowed.includes(licenseOf(one)) && !NAMED.has(one['bom-ref']);
    });
    expect(refused.map((one) => `${one['bom-ref']}: ${licenseOf(one)}`)).toEqual([]);
  });

  it('stand with the text of each bundled package in the file that NOTICE names', () => {
    expect(read('NOTICE')).toContain('dist/THIRD-PARTY-LICENSES.txt');
    const parts = texts.split(`\n${'-'.repeat(100)}\n\n`);
    for (const component of bill.components.filter(isBundled)) {
      const head = `${fullName(component)} ${component.version} (`;
      const part = parts.find((one) => one.split('\n').some((line) => line.startsWith(head)));
      expect(part, head).toBeDefined();
      const text = part?.slice(part.indexOf('\n\n')).trim() ?? '';
      // Two packages come without a text; their licenses are those of their authors, by package.json.
      if (!['fastest-levenshtein'].includes(fullName(component))) expect(text.length, head).toBeGreaterThan(300);
    }
  });

  it('with a NOTICE of their own have it in ours', () => {
    const notice = read('NOTICE').replaceAll(/\s+/g, ' ');
    for (const component of bill.components.filter(isBundled)) {
      const folder = `${root}/node_modules/${fullName(component)}`;
      if (!existsSync(folder) || licenseOf(component) !== 'Apache-2.0') continue;
      const file = readdirSync(folder).find((name) => /^notice/i.test(name));
      // Those of stdlib say of whom each file is, in the text beside the licenses.
      if (file === undefined || component.group === '@stdlib') continue;
      const [, copyright = ''] = /^(Copyright .*)$/m.exec(readFileSync(`${folder}/${file}`, 'utf8')) ?? [];
      expect(notice, component['bom-ref']).toContain(copyright.trim());
    }
  });
});

describe('the workflow that publishes', () => {
  interface Job {
    readonly permissions: Record<string, string>;
    readonly needs?: string;
    readonly strategy?: { readonly matrix: { readonly node: readonly number[] } };
    readonly steps: readonly { readonly uses?: string; readonly run?: string }[];
  }
  const workflow = load(read('.github/workflows/publish.yml')) as {
    readonly permissions: object;
    readonly jobs: { readonly verify: Job; readonly publish: Job };
  };
  const { verify, publish } = workflow.jobs;

  it('states where the package was built, with a token that only its own job gets', () => {
    expect(workflow.permissions).toEqual({});
    expect(publish.permissions).toEqual({ contents: 'write', 'id-token': 'write' });
    expect(verify.permissions).toEqual({ contents: 'read' });
    expect(publish.steps.map(({ run = '' }) => run).filter((run) => run.startsWith('npm publish'))).toEqual([
      'npm publish --provenance --access public ./wavetank-*.tgz',
    ]);
    expect(read('.github/workflows/publish.yml')).not.toMatch(/NPM_TOKEN|NODE_AUTH_TOKEN/);
  });

  it('comes after the tests on every version of Node that is supported', () => {
    expect(publish.needs).toBe('verify');
    expect(verify.strategy?.matrix.node).toEqual([20, 22, 24]);
    expect(verify.steps.map(({ run }) => run)).toContain('npm test');
  });

  it('runs scripts that there are', () => {
    const { scripts } = JSON.parse(read('package.json')) as { readonly scripts: Record<string, string> };
    const named = [...verify.steps, ...publish.steps].flatMap(
      ({ run = '' }) => /npm run (?:--silent )?([\w:]+)/.exec(run)?.[1] ?? [],
    );
    expect(named).toContain('validate:build');
    expect(named.filter((name) => scripts[name] === undefined)).toEqual([]);
  });
});
