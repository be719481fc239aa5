// The HTTP front against what a real API server 1.36 answered (golden api-answers/http): status, type and body, after what necessarily differs has been evened out.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isPlainObject } from '../../src/model/objects/decode.ts';
import type { HttpRig } from '../support/http-api-rig.ts';
import { FOLDER, rigOfRecording } from './api-answers-cluster.ts';
import { CANNOT_AGREE, evened } from './api-answers-evened.ts';
import { difference, goldenFolder, hasRecords } from './harness.ts';

interface Recorded {
  readonly name: string;
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly status: number;
  readonly type: string;
  readonly text: string;
}

/** Requests that change something come last, in the order in which they were recorded. */
const LAST = ['eviction-ok', 'eviction-429', 'delete-pod', 'delete-pod-grace-0'];

function recordings(): Recorded[] {
  const folder = join(goldenFolder(), FOLDER, 'http');
  const files = readdirSync(folder);
  const names = files.filter((file) => file.endsWith('.headers.txt')).map((file) => file.replace('.headers.txt', ''));
  names.sort((a, b) => LAST.indexOf(a) - LAST.indexOf(b) || (a < b ? -1 : 1));
  return names.map((name) => {
    const head = readFileSync(join(folder, `${name}.headers.txt`), 'utf8');
    const [request, answer] = head.split(/^(?=< \d)/m);
    const [first, ...rest] = request.split('\n');
    const sent = rest
      .filter((line) => line.startsWith('> '))
      .map((line) => line.slice(2).split(': ') as [string, string]);
    const [, method, url] = first.split(' ');
    const file = files.includes(`${name}.json`) ? `${name}.json` : `${name}.txt`;
    return {
      name,
      method,
      url,
      headers: Object.fromEntries(sent.map(([key, value]) => [key.toLowerCase(), value])),
      body: request.includes('\n>\n') ? request.slice(request.indexOf('\n>\n') + 3).trimEnd() : '',
      status: Number(/^< (\d+)/.exec(answer)?.[1]),
      type: /^< Content-Type: (.*)$/m.exec(answer)?.[1] ?? '',
      text: readFileSync(join(folder, file), 'utf8'),
    };
  });
}

/** Recorded names of pods, each replaced by one of ours. */
function renamed(rig: HttpRig, text: string): string {
  const { items } = rig.get('/api/v1/namespaces/demo/pods?labelSelector=app%3Dweb').json as {
    readonly items: readonly {
      readonly metadata: { readonly name: string; readonly deletionTimestamp?: string };
      readonly status: { readonly conditions: readonly { readonly type: string; readonly status: string }[] };
    }[];
  };
  const living = items.filter(
    ({ metadata, status }) =>
      metadata.deletionTimestamp === undefined &&
      status.conditions.some(({ type, status: is }) => type === 'Ready' && is === 'True'),
  );
  const names = new Map<string, string>();
  return text.replaceAll(/\bweb-65f789745-\w{5}\b/g, (name) => {
    const known = names.get(name) ?? living[names.size % living.length].metadata.name;
    names.set(name, known);
    return known;
  });
}

describe.skipIf(!hasRecords(FOLDER))('the HTTP front', () => {
  it('answers as the API server did', () => {
    const rig = rigOfRecording();
    const differences: string[] = [];
    const stale: string[] = [];
    const all = recordings();
    let agreed = 0;
    for (const record of all) {
      const { name, method, headers, status, type } = record;
      // The controller of budgets has heard of the eviction before.
      if (name === 'eviction-429') rig.run(0.2);
      const { content, ...sent } = { content: renamed(rig, record.body), ...headers };
      const answer = rig.begin(method, renamed(rig, record.url), {
        headers: sent,
        ...(content === '' ? {} : { body: content }),
      });
      if (record.url.includes('watch=true')) rig.run(2);
      answer.close();
      const found =
        status !== answer.status
          ? `status: expected ${status}, got ${answer.status}: ${answer.text.slice(0, 200)}`
          : type !== answer.headers['content-type']
            ? `type: expected ${type}, got ${answer.headers['content-type']}`
            : difference(evened(name, record.text), evened(name, answer.text));
      const cannot = CANNOT_AGREE[name];
      if (found === undefined) agreed += 1;
      else if (cannot === undefined) differences.push(`${name}: ${found}`);
      if (found === undefined && cannot !== undefined) stale.push(name);
    }
    expect(rig.errors).toEqual([]);
    const reasons = Object.entries(CANNOT_AGREE).map(([name, why]) => `  ${name}: ${why}\n`);
    process.stdout.write(
      `golden api-answers: ${agreed} of ${all.length} agree; the others cannot:\n${reasons.join('')}`,
    );
    expect(differences.join('\n')).toBe('');
    expect(stale).toEqual([]);
    expect(all.length).toBeGreaterThan(55);
  });
});

it('evens out nothing of the structure', () => {
  const table = '{"kind":"Table","columnDefinitions":[{"name":"A"}],"rows":[{"cells":["x"],"object":null}]}';
  expect(difference(evened('table-pods', table), evened('table-pods', table.replace('"A"', '"B"')))).toBeDefined();
  expect(isPlainObject(evened('error-404', '{"code":404}'))).toBe(true);
});
