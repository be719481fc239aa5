// Kinds that a client declares by a CustomResourceDefinition: discovered, named, printed by their own columns.
import { beforeAll, expect, it } from 'vitest';
import { HttpRig } from '../support/http-api-rig.ts';
import { worldOf } from '../support/world-rig.ts';

const SCENARIO = `
apiVersion: wavetank/v1
kind: Scenario
metadata: { name: custom }
spec: { duration: 1h, cluster: { nodePools: [{ name: node, count: 1 }] } }
`;
const SHIPS = '/apis/example.com/v1/namespaces/default/ships';
const TABLE = { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' };

/** Each column, and what a row of it shows of the ship below. */
const COLUMNS = [
  { name: 'Berth', type: 'string', jsonPath: '.spec.berth', shown: 'north' },
  { name: 'Second', type: 'integer', jsonPath: '.spec.loads[1].tons', shown: 7 },
  { name: 'First of all', type: 'integer', jsonPath: '.spec.loads[*].tons', shown: 5 },
  { name: 'Ready', type: 'string', jsonPath: '.status.conditions[?(@.type=="Ready")].status', shown: 'True' },
  { name: 'Dotted', type: 'string', jsonPath: ".metadata.labels['example.com/line']", shown: 'blue' },
  { name: 'Escaped', type: 'string', jsonPath: '.metadata.labels.example\\.com/line', shown: 'blue' },
  { name: 'Whole', type: 'string', jsonPath: '.spec.loads[0]', shown: '{"tons":5}' },
  { name: 'Absent', type: 'string', jsonPath: '.spec.nothing.at.all', shown: '' },
  { name: 'Unread', type: 'string', jsonPath: '.spec.loads[?(@.tons > 5)]', shown: '' },
  { name: 'Never', type: 'date', jsonPath: '.status.sunkAt', shown: '<unknown>' },
  { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp', shown: '90s' },
];
const DEFINITION = {
  metadata: { name: 'ships.example.com' },
  spec: {
    group: 'example.com',
    scope: 'Namespaced',
    names: { kind: 'Ship', plural: 'ships', shortNames: ['sh'] },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
        additionalPrinterColumns: COLUMNS.map(({ name, type, jsonPath }) => ({ name, type, jsonPath })),
      },
    ],
  },
};
const SHIP = {
  metadata: { name: 'anna', labels: { 'example.com/line': 'blue' } },
  spec: { berth: 'north', loads: [{ tons: 5 }, { tons: 7 }] },
  status: {
    conditions: [
      { type: 'Afloat', status: 'False' },
      { type: 'Ready', status: 'True' },
    ],
  },
};

let rig: HttpRig;
beforeAll(() => {
  rig = new HttpRig(worldOf(SCENARIO));
  const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
  expect(rig.get(SHIPS).status).toBe(404);
  expect(rig.ask('POST', definitions, { body: DEFINITION }).status).toBe(201);
});

it('is discovered', () => {
  expect(rig.get('/apis/example.com/v1').json).toMatchObject({
    resources: [{ name: 'ships', singularName: 'ship', kind: 'Ship', namespaced: true, shortNames: ['sh'] }],
  });
});

it('is printed by the columns of its definition', () => {
  expect(rig.ask('POST', SHIPS, { body: SHIP }).status).toBe(201);
  rig.run(90);
  const { columnDefinitions, rows } = rig.get(`${SHIPS}/anna`, TABLE).json as {
    readonly columnDefinitions: readonly { readonly name: string }[];
    readonly rows: readonly { readonly cells: readonly unknown[] }[];
  };
  const names = columnDefinitions.map(({ name }) => name);
  expect(names).toEqual(['Name', ...COLUMNS.map(({ name }) => name)]);
  expect(names.map((name, at) => [name, rows[0].cells[at]])).toEqual([
    ['Name', 'anna'],
    ...COLUMNS.map(({ name, shown }) => [name, shown]),
  ]);
});

it('gets generated names that differ, of two that are made at once as well', () => {
  const body = { metadata: { generateName: 'ship-' } };
  const made = [1, 2].map(() => rig.start('POST', SHIPS, { body }));
  rig.settle();
  const names = made.map(({ text }) => (JSON.parse(text) as typeof SHIP).metadata.name);
  expect(names).toEqual([expect.stringMatching(/^ship-[a-z0-9]{5}$/), expect.stringMatching(/^ship-[a-z0-9]{5}$/)]);
  expect(new Set(names).size).toBe(2);
});
