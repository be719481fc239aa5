// Each rule of the house is proved by a violation planted in a tree made for it. That they hold in this one is a check (npm run check).
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

const trees: string[] = [];
afterAll(() => trees.forEach((tree) => rmSync(tree, { recursive: true, force: true })));

/** A tree with these files, every folder of src listed in its ARCHITECTURE.md but those that begin with `unlisted`. */
function plant(files: Record<string, string>): string {
  const tree = mkdtempSync(join(tmpdir(), 'wavetank-layers-'));
  trees.push(tree);
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(join(tree, dirname(file)), { recursive: true });
    writeFileSync(join(tree, file), text);
  }
  const folders = new Set(Object.keys(files).map((file) => dirname(file)));
  const listed = [...folders].filter((folder) => !folder.includes('unlisted'));
  writeFileSync(join(tree, 'ARCHITECTURE.md'), listed.map((folder) => `- \`${folder}\` holds code\n`).join(''));
  return tree;
}

function check(tree: string): { status: number | null; lines: string[]; summary: string } {
  const { status, stdout, stderr } = spawnSync('node', ['scripts/layers.mjs', tree], { encoding: 'utf8' });
  expect(stderr).toBe('');
  const lines = stdout.trimEnd().split('\n');
  // Every violation has a second line, indented: what to do instead.
  return { status, summary: lines.at(-1)!, lines: lines.slice(0, -1).filter((line) => !line.startsWith(' ')) };
}

const file = (text: string) => `// A planted file.\n${text}\n`;
const importing = (target: string) => file(`import { x } from '${target}';\nexport const y = x;`);
const importingType = (target: string) => file(`import type { X } from '${target}';\nexport type Y = X;`);

const folders = (
  'lib statistics engine model model/objects metrics api scheduler controllers kubelet network traffic compute faults ' +
  'scenario world results sweep report cli'
).split(' ');
const base = Object.fromEntries(folders.map((folder) => [`src/${folder}/x.ts`, file('export const x = 1;')]));

/** [planted file, its text, the line that must be reported] */
const plants: [string, string, string][] = [
  // Forbidden imports, layer by layer.
  ['src/lib/up.ts', importing('../engine/x.ts'), ': lib imports no other layer (src/engine/x.ts)'],
  ['src/statistics/up.ts', importing('../engine/x.ts'), ': statistics imports lib only (src/engine/x.ts)'],
  ['src/engine/up.ts', importing('../model/x.ts'), ': engine imports lib only (src/model/x.ts)'],
  ['src/model/up.ts', importing('../api/x.ts'), ': model imports engine and lib only (src/api/x.ts)'],
  ['src/metrics/up.ts', importing('../model/x.ts'), ': metrics imports engine and lib only (src/model/x.ts)'],
  [
    'src/api/up.ts',
    importing('../kubelet/x.ts'),
    ': api imports etcd, model, metrics, engine and lib only (src/kubelet/x.ts)',
  ],
  ...['scheduler', 'controllers', 'kubelet', 'network', 'traffic', 'compute', 'faults'].map(
    (folder, index, all): [string, string, string] => {
      const other = all[(index + 1) % all.length];
      const sentence = `: ${folder} imports no other component and nothing above (src/${other}/x.ts)`;
      return [`src/${folder}/aside.ts`, importing(`../${other}/x.ts`), sentence];
    },
  ),
  [
    'src/scenario/up.ts',
    importing('../model/x.ts'),
    ': scenario imports lib, model/objects, model/parse and model/settings only (src/model/x.ts)',
  ],
  [
    'src/world/up.ts',
    importing('../results/x.ts'),
    ': world imports components and scenario, nothing above (src/results/x.ts)',
  ],
  ['src/results/up.ts', importing('../world/x.ts'), ': results imports metrics and lib only (src/world/x.ts)'],
  [
    'src/sweep/up.ts',
    importing('../cli/x.ts'),
    ': sweep imports results, statistics, world and below only (src/cli/x.ts)',
  ],
  ['src/report/up.ts', importing('../world/x.ts'), ': report imports lib only (src/world/x.ts)'],
  // The other ways to write an import.
  ['src/engine/type.ts', importingType('../metrics/x.ts'), ': engine imports lib only (src/metrics/x.ts)'],
  ['src/engine/export.ts', file("export * from '../api/x.ts';"), ': engine imports lib only (src/api/x.ts)'],
  [
    'src/engine/lazy.ts',
    file("export const y = () => import('../world/x.ts');"),
    ': engine imports lib only (src/world/x.ts)',
  ],
  [
    'src/engine/inline.ts',
    file("export type Y = import('../cli/x.ts').X;"),
    ':2: types are imported by import type (../cli/x.ts)',
  ],
  // What is around the layers.
  ['src/traffic/disk.ts', importing('node:fs'), ': the simulation uses no module of Node (fs)'],
  [
    'src/cli/fixture.ts',
    importing('../cli/x.test.ts'),
    ': the product imports no test, benchmark or script (src/cli/x.test.ts)',
  ],
  [
    'src/world/fixture.ts',
    importing('../../test/x.ts'),
    ': the product imports no test, benchmark or script (test/x.ts)',
  ],
  // Clock, console and their kin; é is two bytes long, so that lines are not counted in characters.
  [
    'src/kubelet/clock.ts',
    file('// é\nexport const y = () => Date.now();'),
    ':3: the simulation has no clock but the engine’s (Date)',
  ],
  [
    'src/network/wall.ts',
    file('export const y = performance.now();'),
    ':2: the simulation has no clock but the engine’s (performance)',
  ],
  [
    'src/api/timer.ts',
    file('\n\nsetTimeout(() => undefined, 1);'),
    ':4: the simulation has no clock but the engine’s (setTimeout)',
  ],
  [
    'src/faults/print.ts',
    file("console.log('x');"),
    ':2: the simulation prints nothing and asks nothing of the process (console)',
  ],
  [
    'src/model/env.ts',
    file('export const y = process.env;'),
    ':2: the simulation prints nothing and asks nothing of the process (process)',
  ],
  [
    'src/traffic/dice.ts',
    file('export const y = Math.random();'),
    ':2: the simulation draws from named streams only (Math.random)',
  ],
  [
    'src/traffic/hidden.ts',
    file('export const { random } = Math;'),
    ':2: the simulation draws from named streams only (Math)',
  ],
  [
    'src/network/log.ts',
    file('export const y = Math.log(2);'),
    ':2: the simulation computes the same bits on every machine (Math.log)',
  ],
  [
    'src/controllers/sort.ts',
    file("export const y = 'a'.localeCompare('b');"),
    ':2: the simulation knows no locale (localeCompare)',
  ],
  // What is committed, read ahead of a watch.
  [
    'src/controllers/ahead.ts',
    file('export const y = (work: any) => work.api.state.pods;'),
    ':2: clients of the API server read their own view, not what is committed (api.state)',
  ],
  [
    'src/scheduler/ahead.ts',
    file('export class Y {\n  #api: any;\n  z(): void {\n    const { state } = this.#api;\n  }\n}'),
    ':5: clients of the API server read their own view, not what is committed (api.state)',
  ],
  [
    'src/job-queues/ahead.ts',
    file('export const y = (work: any) => work.api.state.objects;'),
    ':2: clients of the API server read their own view, not what is committed (api.state)',
  ],
  [
    'src/scheduler/round.ts',
    file('export const y = (api: any) => api.server.state;'),
    ':2: clients of the API server read their own view, not what is committed (api.server)',
  ],
  [
    'src/controllers/table.ts',
    file('export const y = (all: ClusterState) => all;'),
    ':2: clients of the API server read their own view, not what is committed (ClusterState)',
  ],
  [
    'src/network/ahead.ts',
    file('export const y = (state: any) => state.pods.state;'),
    ':2: a component reads what it knows by itself, not what is committed (pods.state)',
  ],
  [
    'src/traffic/ahead.ts',
    file('export class Y {\n  #state: any;\n  z(): void {\n    const { podClass } = this.#state.pods;\n  }\n}'),
    ':5: a component reads what it knows by itself, not what is committed (pods.podClass)',
  ],
  [
    'src/kubelet/nested.ts',
    file('export function y(all: any): void {\n  const { pods: { reason } } = all.state;\n}'),
    ':3: a component reads what it knows by itself, not what is committed (pods.reason)',
  ],
  [
    'src/compute/ahead.ts',
    file('export const y = (state: any) => state.objects.get(1);'),
    ':2: a component reads what it knows by itself, not what is committed (objects.get)',
  ],
  [
    'src/traffic/early.ts',
    file('export const y = (endpoints: any) => endpoints.latest(1);'),
    ':2: a component reads what it knows by itself, not what is committed (endpoints.latest)',
  ],
  [
    'src/kubelet/renamed.ts',
    file('export function y(state: any): void {\n  const table = state.pods;\n}'),
    ':3: a table goes by its own name (pods)',
  ],
  [
    'src/network/renamed.ts',
    file('export function y(state: any): void {\n  const { nodes: table } = state;\n}'),
    ':3: a table goes by its own name (nodes)',
  ],
  [
    'src/kubelet/pod-status.ts',
    file('export const y = (pods: any) => pods.state;'),
    ':2: a component reads what it knows by itself, not what is committed (pods.state)',
  ],
  [
    'src/kubelet/container-stops.ts',
    file('export const y = (pods: any) => [pods.graceUs, pods.deletedAt];'),
    ':2: a component reads what it knows by itself, not what is committed (pods.deletedAt)',
  ],
  [
    'src/kubelet/early.ts',
    file('export const y = (api: any) => api.podCommits.push(() => undefined);'),
    ':2: a component hears of a commit by its watch (podCommits)',
  ],
  [
    'src/controllers/early.ts',
    file('export function y(one: any): void {\n  const { objectCommits } = one;\n}'),
    ':3: a component hears of a commit by its watch (objectCommits)',
  ],
  [
    'src/model/pods.ts',
    file('export class PodTable {\n  readonly alive = [];\n  mood = 0;\n}'),
    ':4: a column of a table is lasting or committed (mood)',
  ],
  // Words, first lines, folders.
  ['src/engine/word.ts', file('export const freePods = 1;'), ':2: the engine knows no word of the domain (Pods)'],
  [
    'src/engine/comment.ts',
    file('// until the scheduler asks'),
    ':2: the engine knows no word of the domain (scheduler)',
  ],
  [
    'src/world/plain-row.ts',
    file('export const f = (pod: number): number => pod;'),
    ':2: a row says of which table it is (pod: number)',
  ],
  ['src/results/bare.ts', 'export const x = 1;\n', ':1: a file begins with one sentence that says what it is for'],
  [
    'src/model/unlisted/x.ts',
    file('export {};'),
    'src/model/unlisted: every folder of code has a line in ARCHITECTURE.md',
  ],
  ['src/attic/x.ts', file('export {};'), 'src/attic: every folder of src has a layer'],
];

/** Looks forbidden and is not. */
const innocent: Record<string, string> = {
  'src/scenario/object.ts': importing('../model/objects/x.ts'),
  'src/results/row.ts': importing('../metrics/x.ts'),
  'src/world/all.ts': importing('../scheduler/x.ts'),
  'src/cli/x.test.ts': importing('../engine/x.ts'),
  'src/engine/x.test.ts': file("import { readFileSync } from 'node:fs';\nexport const y = [readFileSync, Date.now()];"),
  'src/engine/schedule.ts': file(
    '// Scheduling, scheduled: words of an event list; tripod is one word; measured on Node 20.\nexport const now = 0;',
  ),
  'src/model/own.ts': file(
    '// No Date here.\nexport const o = { Date: 1, process: 2 };\nexport const d = o.Date + o.process + Math.sqrt(2);',
  ),
  'src/traffic/local.ts': file('export function run(process: number): number {\n  return process;\n}'),
  'src/cli/clock.ts': file('console.log(Date.now(), Math.random(), process.argv);'),
  'src/kubelet/own.ts': file('export const y = (api: any) => api.state;'),
  'src/kubelet/known.ts': file(
    'export const y = (state: any, spec: any) => [state.pods.epoch, state.containers.state, spec.containers.length, state.nodes.zone];',
  ),
  'src/kubelet/pod-updates.ts': file('export const y = (api: any) => api.podCommits;'),
  'src/world/counts.ts': file('export const y = (api: any) => api.podCommits;'),
  'src/network/as-heard.ts': file('export const y = (endpoints: any) => endpoints.at(1, 2);'),
  'src/faults/all.ts': file('export const y = (state: any) => state.pods.state;'),
  'src/scheduler/seen.ts': file('export const y = (api: any) => [api.registry, api.view.state];'),
  'src/controllers/seen.test.ts': file('export const y = (api: any) => api.state;'),
  'test/x.ts': file('export const x = 1;'),
};

describe('the rules of the house', () => {
  it('are kept by a tree of innocent files', () => {
    const { status, lines } = check(plant({ ...base, ...innocent }));
    expect(lines).toEqual([]);
    expect(status).toBe(0);
  });

  it('are broken by a circle of folders within one layer', () => {
    const tree = plant({
      ...base,
      'src/model/objects/a.ts': importing('../parse/x.ts'),
      'src/model/parse/x.ts': importingType('../objects/x.ts'),
    });
    const { status, lines } = check(tree);
    expect(lines).toContain(
      'src/model/objects: folders do not import each other in a circle (src/model/objects → src/model/parse → src/model/objects)',
    );
    expect(status).toBe(1);
  });

  it('refuse a tree without a source file', () => {
    const tree = plant({ 'src/lib/note.txt': '' });
    expect(spawnSync('node', ['scripts/layers.mjs', tree], { encoding: 'utf8' })).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('imports were not read of: any file'),
    });
  });

  it('are broken by each planted violation, and no other line is reported', () => {
    const { status, lines } = check(
      plant({ ...base, ...innocent, ...Object.fromEntries(plants.map(([path, text]) => [path, text])) }),
    );
    const expected = plants.map(([path, , line]) => (line.startsWith(':') ? path + line : line));
    // A forbidden import may close a circle too; circles have a test of their own.
    const found = lines.filter(
      (line) => !line.includes('in a circle') && !line.startsWith('src/attic: every folder of code'),
    );
    expect(found.sort()).toEqual(expected.sort());
    expect(status).toBe(1);
  });
});
