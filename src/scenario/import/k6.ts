// The load of a k6 script (`export const options`): stages of users or of rates. What the script asks for is the user's to say.
import { load, YAMLException } from 'js-yaml';
import { z } from 'zod';
import { InputError } from '../../lib/errors.ts';
import { member } from '../../lib/family.ts';
import { parseDurationUs } from '../../lib/units.ts';
import { isMapping } from '../fill.ts';
import { flow } from './flow.ts';
import type { Imported, Importer, ImportSources } from './importer.ts';
import { written } from './openb.ts';
import { serviceObjects } from './service-objects.ts';

const START_US = 30e6;
const THINK = '1s';

const args = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/, 'expected a name of lower-case letters, digits and "-"')
    .default('k6'),
});

interface Load {
  readonly source: Record<string, unknown>;
  readonly endUs: number;
  readonly note: string;
}

export const k6: Importer = member({
  name: 'k6',
  summary:
    'The load of a k6 script: stages, vus, and scenarios with the executors constant-vus, ramping-vus, constant-arrival-rate and ramping-arrival-rate.',
  args,
  create({ name }, sources: ImportSources): Imported {
    const [file] = sources.files;
    if (sources.files.length !== 1) throw new InputError(`k6 takes one script; ${sources.files.length} were given`);
    const { text } = sources.read(file);
    const { value, line } = optionsOf(file, text);
    const sleeps = /\bsleep\(\s*(\d+(?:\.\d+)?)\s*\)/.exec(text)?.[1];
    const think = sleeps === undefined ? THINK : written(Math.round(Number(sleeps) * 1e6));
    const wrong = (message: string): InputError => new InputError({ file, line, path: 'options', message });
    const loads = isMapping(value['scenarios'])
      ? Object.entries(value['scenarios']).map(([key, one]) =>
          loadOf(key, isMapping(one) ? one : {}, name, think, wrong),
        )
      : [
          loadOf(
            'users',
            { executor: value['stages'] === undefined ? 'constant-vus' : 'ramping-vus', ...value },
            name,
            think,
            wrong,
          ),
        ];
    const endUs = Math.max(...loads.map((one) => one.endUs));
    const notes = [
      ...loads.map(({ note }) => note),
      'assumed: a virtual user sends one request, waits for its answer, thinks and sends the next; thresholds and checks are yours to write as `expect`',
      sleeps === undefined
        ? `assumed: users think ${THINK}, since the script has no sleep`
        : `users think ${think}, the first sleep of the script`,
    ];
    const lines = [
      `# How does a service do under the load of ${file}?`,
      '#',
      ...notes.map((note) => `# Imported: ${note}.`),
      'apiVersion: wavetank/v1',
      'kind: Scenario',
      `metadata: { name: ${name} }`,
      'spec:',
      `  duration: ${written(endUs)}`,
      `  warmup: ${written(START_US)}`,
      '  cluster: { nodePools: [{ name: node, count: 3 }] }',
      '  traffic:',
      ...loads.map(({ source }) => `    - ${flow(source)}`),
      ...serviceObjects(name, 2),
    ];
    return { scenario: `${lines.join('\n')}\n`, notes };
  },
});

function loadOf(
  key: string,
  one: Record<string, unknown>,
  to: string,
  think: string,
  wrong: (message: string) => InputError,
): Load {
  const us = (value: unknown, what: string): number => {
    const found = typeof value === 'string' ? parseDurationUs(value) : undefined;
    if (found === undefined)
      throw wrong(`${what}: expected a duration such as "30s", got ${JSON.stringify(value ?? null)}`);
    return found;
  };
  const number = (value: unknown, what: string): number => {
    if (typeof value === 'number' && Number.isFinite(value) && value >= 0) return value;
    throw wrong(`${what}: expected a number, got ${JSON.stringify(value ?? null)}`);
  };
  const startUs = START_US + (one['startTime'] === undefined ? 0 : us(one['startTime'], `${key}.startTime`));
  const name = key.toLowerCase().replaceAll(/[^a-z0-9-]+/g, '-');
  const stages = (Array.isArray(one['stages']) ? one['stages'] : []).filter(isMapping).map((stage, index) => ({
    us: us(stage['duration'], `${key}.stages[${index}].duration`),
    target: number(stage['target'], `${key}.stages[${index}].target`),
  }));
  const curve = (from: number): { atUs: number; value: number }[] => {
    let atUs = startUs;
    const points = [{ atUs, value: from }];
    for (const stage of stages) {
      atUs += stage.us;
      points.push({ atUs, value: stage.target });
    }
    return points;
  };
  const users = (points: readonly { atUs: number; value: number }[], endUs: number): Load => ({
    source: {
      name,
      to,
      users: {
        count: [
          ...points.map(({ atUs, value }) => ({ at: written(atUs), users: Math.round(value) })),
          { at: written(endUs), users: 0 },
        ],
        think,
      },
    },
    endUs: endUs + START_US,
    note: `${key}: up to ${Math.max(...points.map(({ value }) => value))} users`,
  });
  switch (one['executor']) {
    case 'constant-vus': {
      const endUs = startUs + us(one['duration'], `${key}.duration`);
      const vus = number(one['vus'] ?? 1, `${key}.vus`);
      return users(
        [
          { atUs: startUs, value: vus },
          { atUs: endUs, value: vus },
        ],
        endUs,
      );
    }
    case 'ramping-vus': {
      const points = curve(number(one['startVUs'] ?? one['vus'] ?? 1, `${key}.startVUs`));
      return users(points, points.at(-1)?.atUs ?? startUs);
    }
    case 'constant-arrival-rate':
    case 'ramping-arrival-rate': {
      const perS = 1e6 / us(one['timeUnit'] ?? '1s', `${key}.timeUnit`);
      const constant = one['executor'] === 'constant-arrival-rate';
      const rate = number(
        constant ? one['rate'] : (one['startRate'] ?? 0),
        constant ? `${key}.rate` : `${key}.startRate`,
      );
      const points = constant
        ? [
            { atUs: startUs, value: rate },
            { atUs: startUs + us(one['duration'], `${key}.duration`), value: rate },
          ]
        : curve(rate);
      const endUs = points.at(-1)?.atUs ?? startUs;
      const ramps = [
        ...points.map(({ atUs, value }) => ({ at: written(atUs), rate: `${Number((value * perS).toPrecision(6))}/s` })),
        { at: written(endUs), rate: '0/s' },
      ];
      return {
        source: { name, to, arrivals: { ramps: { points: ramps } }, timeout: '60s' },
        endUs: endUs + START_US,
        note: `${key}: up to ${Number((Math.max(...points.map(({ value }) => value)) * perS).toPrecision(6))} requests a second`,
      };
    }
    default:
      throw wrong(
        `${key}: the executor ${JSON.stringify(one['executor'] ?? null)} is not known, expected constant-vus, ramping-vus, constant-arrival-rate or ramping-arrival-rate`,
      );
  }
}

/** The literal behind `export const options =`, which is YAML in flow style but for its comments and last commas. */
function optionsOf(file: string, text: string): { readonly value: Record<string, unknown>; readonly line: number } {
  const begin = /export\s+(?:const|let|var)\s+options\s*=\s*\{/.exec(text);
  if (begin === null) throw new InputError({ file, message: 'has no `export const options = { … }`' });
  const from = begin.index + begin[0].length - 1;
  const line = text.slice(0, from).split('\n').length;
  const plain = withoutComments(text.slice(from));
  let depth = 0;
  let end = -1;
  for (let at = 0; at < plain.length && end < 0; at += 1) {
    if ('{['.includes(plain[at])) depth += 1;
    if ('}]'.includes(plain[at]) && --depth === 0) end = at + 1;
  }
  try {
    // YAML wants a space behind a colon.
    const value = load(plain.slice(0, end < 0 ? undefined : end).replaceAll(/(\w['"]?):(?=[^\s/])/g, '$1: '));
    if (isMapping(value)) return { value, line };
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
  }
  throw new InputError({
    file,
    line,
    path: 'options',
    message: 'is not a plain literal: write the numbers in place of variables and calls',
  });
}

function withoutComments(text: string): string {
  return text.replaceAll(
    /("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')|\/\/[^\n]*|\/\*[^]*?\*\//g,
    (_all, kept: string | undefined) => kept ?? ' ',
  );
}
