// Tables as a real kubectl printed them of a real API server 1.36 (golden api-answers/kubectl): all columns, and the cells of objects that both clusters have.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { HttpRig } from '../support/http-api-rig.ts';
import { FOLDER, rigOfRecording } from './api-answers-cluster.ts';
import { goldenFolder, hasRecords } from './harness.ts';

const KUBECTL = join(FOLDER, 'kubectl');
const TABLE = { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' };
const COMMAND = /^\$ kubectl (?:-n demo )?get (?<resource>\w+)(?<wide> -o wide)?\n/;
/** Tables of one kind, with their rows as they came. */
const FILE = /^get-(?!all|none)[a-z]+(?:-wide)?\.txt$/;
/** Cells that tell how far the job has come: here its process runs on. */
const OF_RUN = /^(?:Complete|Running|[01]\/1)$/;

interface Listed {
  readonly columnDefinitions: readonly { readonly name: string; readonly priority: number }[];
  readonly rows: readonly { readonly cells: readonly unknown[] }[];
}

/** Lines below each other: a column begins where its title does. */
function columnsOf(lines: readonly string[]): string[][] {
  const starts = [...lines[0].matchAll(/\S+(?: \S+)*/g)].map(({ index }) => index);
  return lines.map((line) => starts.map((start, at) => line.slice(start, starts[at + 1]).trim()));
}

/** Without ages, addresses, identities and names of nodes. */
function evened(cell: string): string {
  return cell
    .replaceAll(/\b\d+[smh](?:\d+s)?\b/g, '(age)')
    .replaceAll(/\d+\.\d+\.\d+\.\d+/g, '(address)')
    .replaceAll(/\bnode-\d+\b/g, '(node)')
    .replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, '(uid)');
}

function pathOf(rig: HttpRig, resource: string): string {
  const groups = ['apps', 'batch', 'policy', 'discovery.k8s.io', 'scheduling.k8s.io'].map(
    (group) => `/apis/${group}/v1`,
  );
  for (const path of ['/api/v1', ...groups, '/apis/autoscaling/v2']) {
    const { resources } = rig.get(path).json as {
      readonly resources: readonly {
        readonly name: string;
        readonly namespaced: boolean;
        readonly shortNames?: readonly string[];
      }[];
    };
    const found = resources.find(
      ({ name, shortNames }) => name === resource || shortNames?.includes(resource) === true,
    );
    if (found !== undefined)
      return found.namespaced ? `${path}/namespaces/demo/${found.name}` : `${path}/${found.name}`;
  }
  return resource;
}

describe.skipIf(!hasRecords(KUBECTL))('tables', () => {
  let rig: HttpRig;
  beforeAll(() => {
    rig = rigOfRecording();
  });

  it('have the columns and the cells that kubectl printed', () => {
    let cells = 0;
    let tables = 0;
    for (const file of readdirSync(join(goldenFolder(), KUBECTL)).filter((name) => FILE.test(name))) {
      const text = readFileSync(join(goldenFolder(), KUBECTL, file), 'utf8');
      const { resource, wide } = COMMAND.exec(text)?.groups ?? {};
      if (resource === undefined) continue;
      const [, printed = ''] = text.split('# stdout\n');
      const [titles, ...rows] = columnsOf(
        printed
          .split('\n# ')[0]
          .split('\n')
          .filter((line) => line !== ''),
      );
      const listed = rig.get(pathOf(rig, resource), TABLE).json as Listed;
      const shown = listed.columnDefinitions.flatMap(({ priority }, at) =>
        wide !== undefined || priority === 0 ? [at] : [],
      );
      expect([file, shown.map((at) => listed.columnDefinitions[at].name.toUpperCase())]).toEqual([file, titles]);
      tables += 1;
      for (const row of rows) {
        const ours = listed.rows.find((one) => one.cells[0] === row[0])?.cells;
        for (const [place, cell] of row.entries()) {
          if (ours === undefined || OF_RUN.test(cell)) continue;
          expect([file, titles[place], evened(String(ours[shown[place]]))]).toEqual([
            file,
            titles[place],
            evened(cell),
          ]);
          cells += 1;
        }
      }
    }
    process.stdout.write(`golden kubectl tables: ${tables} tables, ${cells} cells agree\n`);
    expect(tables).toBeGreaterThan(30);
    expect(cells).toBeGreaterThan(150);
  });

  it('of a pod that no node takes: its condition says so, and its status has no reason', () => {
    const { status } = rig.get('/api/v1/namespaces/demo/pods/too-big').json as { readonly status: object };
    expect(status).not.toHaveProperty('reason');
    expect(status).toMatchObject({
      conditions: expect.arrayContaining([
        expect.objectContaining({ type: 'PodScheduled', status: 'False', reason: 'Unschedulable' }),
      ]) as object,
    });
  });
});
