// Documents, places, limits and hostile texts.
import { describe, expect, it } from 'vitest';
import { formatProblem, InputError } from '../lib/errors.ts';
import { Source } from './source.ts';
import { parseYaml, parseYamlValue } from './yaml.ts';

const parse = (text: string) => parseYaml(new Source('in.yaml', text));
const failure = (text: string): string => {
  try {
    parse(text);
  } catch (error) {
    if (error instanceof InputError) return error.message;
    throw error;
  }
  return 'accepted';
};

describe('documents', () => {
  it.each([
    ['a: 1\n---\nb: 2\n', [{ a: 1 }, { b: 2 }]],
    ['---\n---\n# nothing\n---\na: x\n', [{ a: 'x' }]],
    ['{"a": [1, {"b": null}]}', [{ a: [1, { b: null }] }]],
    ['\uFEFFa: 1', [{ a: 1 }]],
    ['base: &b { x: 1, z: 2 }\nuse: { <<: *b, z: 3 }', [{ base: { x: 1, z: 2 }, use: { x: 1, z: 3 } }]],
    ['base: &b { x: 1 }\nuse: { x: 2, <<: [*b] }', [{ base: { x: 1 }, use: { x: 2 } }]],
    ['a: &a text\nb: *a', [{ a: 'text', b: 'text' }]],
    ['a: !!str 5\nb: "5"\nc: |\n  5\n', [{ a: '5', b: '5', c: '5\n' }]],
    ['8080: x', [{ '8080': 'x' }]],
    ['', []],
  ])('%j', (text, expected) => {
    expect(parse(text).map((document) => document.value)).toEqual(expected);
  });
});

describe('places', () => {
  const text = 'kind: A\nspec:\n  list:\n    - name: x\n      "quoted": "y"\n    - {a: 1, b: [2, 3]}\n  empty:\n';
  it.each([
    [['kind'], false, 1, 7],
    [['kind'], true, 1, 1],
    [['spec', 'list', 0, 'name'], false, 4, 13],
    [['spec', 'list', 0, 'quoted'], true, 5, 7],
    [['spec', 'list', 0, 'quoted'], false, 5, 17],
    [['spec', 'list', 1, 'b', 1], false, 6, 21],
    [['spec', 'empty'], false, 7, 3],
    // What is missing is reported at the key of the nearest parent that exists.
    [['spec', 'list', 1, 'nope', 'deeper'], false, 6, 7],
    [['spec', 'nope'], false, 2, 1],
    [['nope'], false, 1, 1],
  ])('%j at key %s is %i:%i', (path, atKey, line, column) => {
    expect(parse(text)[0]?.place(path, atKey)).toEqual({ file: 'in.yaml', line, column });
  });

  it('counts on in later documents, and in Windows lines', () => {
    expect(parse('a: 1\r\n---\r\nb:\r\n  c: 2')[1]?.place(['b', 'c'])).toMatchObject({ line: 4, column: 6 });
  });
});

describe('a key twice', () => {
  it.each([
    ['a: 1\nb: 2\na: 3', { a: 3, b: 2 }, ['3:1: the key "a" is already set in this mapping, on line 1']],
    ['a: {on: 1, true: 2}', { a: { true: 2 } }, ['1:12: the key "true" is already set in this mapping, on line 1']],
    ['a: {b: 1}\na: {c: 2}', { a: { c: 2 } }, ['2:1: the key "a" is already set in this mapping, on line 1']],
    ['k: &k x\nx: 1\n*k : 2', { k: 'x', x: 2 }, ['3:2: the key "x" is already set in this mapping, on line 2']],
    // A key that came by a merge is replaced without a word.
    ['m: &m {a: 1}\nw: {<<: *m, a: 2}', { m: { a: 1 }, w: { a: 2 } }, []],
  ])('%j: the last one counts', (text, value, duplicates) => {
    const [document] = parse(text);
    expect(document.value).toEqual(value);
    expect(document.oversights.map(formatProblem)).toEqual(duplicates.map((one) => `in.yaml:${one}`));
  });

  it('has the place of the value that counts', () => {
    expect(parse('a: 1\na: 2')[0].place(['a'])).toMatchObject({ line: 2, column: 4 });
  });

  it('belongs to its document', () => {
    expect(parse('a: 1\na: 2\n---\nb: 1').map(({ oversights }) => oversights.length)).toEqual([1, 0]);
  });

  it('is refused on the right of an option', () => {
    expect(() => parseYamlValue('--set', '{a: 1, a: 2}')).toThrow('the key "a" is already set');
  });
});

describe('tags', () => {
  it.each([
    ['a: !!str 5', '5'],
    ['a: !<tag:yaml.org,2002:str> 5', '5'],
    ['a: !!float 5', 5],
    ['a: !!binary aGnDqQ==', 'hi\u00e9'],
    // libyaml forgets this one, and whether there were quotes.
    ['a: ! "5"', 5],
    ['a: ! text', 'text'],
    ['a: !!map {b: 1}', { b: 1 }],
  ])('%j is known', (text, value) => {
    const [document] = parse(text);
    expect(document.value).toEqual({ a: value });
    expect(document.oversights).toEqual([]);
  });

  it.each([
    ['a: !web 5', '5', '1:4: the tag !web is unknown'],
    ['a: !web', '', '1:4: the tag !web is unknown'],
    ['a: !!js/function x', 'x', '1:4: the tag !!js/function is unknown'],
    ['a: !foo {b: 1}', { b: 1 }, '1:4: the tag !foo is unknown for a mapping'],
    ['a: !!set\n- 1', [1], '1:4: the tag !!set is unknown for a list'],
  ])('%j is not: what go-yaml makes of it, and where it stands', (text, value, message) => {
    const [document] = parse(text);
    expect(document.value).toEqual({ a: value });
    expect(document.oversights.map(formatProblem)).toEqual([`in.yaml:${message}`]);
  });

  it('are no part of a key', () => {
    const [document] = parse('!web a: 1');
    expect([document.value, document.oversights.length]).toEqual([{ a: 1 }, 1]);
  });

  it('are refused on the right of an option', () => {
    expect(() => parseYamlValue('--set', '!web 5')).toThrow('the tag !web is unknown');
  });
});

describe('refused', () => {
  it.each([
    ['a: [1, 2', 'in.yaml:1:9: not valid YAML: '],
    ['a: 1\n b: 2', 'in.yaml:2:3: not valid YAML: '],
    ['x:\n  __proto__: {a: 1}', 'in.yaml:2:3: the key "__proto__" is refused'],
    ['constructor: 1', 'in.yaml:1:1: the key "constructor" is refused'],
    ['{"a": {"prototype": 1}}', 'in.yaml:1:8: the key "prototype" is refused'],
    ['{"\\u005f_proto__": 1}', 'in.yaml:1:2: the key "__proto__" is refused'],
    ['? [a, b]\n: 1', 'in.yaml:1:3: a mapping or a list cannot be a key'],
    ['a: *b', 'in.yaml:1:5: the alias *b has no anchor'],
    ['a: &a [*a]', 'in.yaml:1:9: the alias *a stands inside of what it refers to'],
    ['a: !e!foo x', 'in.yaml:1:10: not valid YAML: undeclared tag handle'],
    ['a: !!int x', 'in.yaml:1:10: "x" does not fit its tag !!int'],
    ['a: !!null x', 'in.yaml:1:11: "x" does not fit its tag !!null'],
    ['a: !!binary aGk', 'in.yaml:1:13: "aGk" does not fit its tag !!binary'],
    ['a: {<<: 5}', 'in.yaml:1:9: a merge (<<) takes a mapping or a list of mappings'],
    [`${'['.repeat(65)}${']'.repeat(65)}`, 'in.yaml:1:65: nested deeper than 64 levels'],
    [`${'{a: '.repeat(65)}1${'}'.repeat(65)}`, 'nested deeper than 64 levels'],
    [
      `a: &a ${'['.repeat(40)}${']'.repeat(40)}\nb: ${'['.repeat(40)}*a${']'.repeat(40)}`,
      'nested deeper than 64 levels',
    ],
  ])('%j', (text, message) => {
    expect(failure(text)).toContain(message);
  });

  it('an alias bomb, before it is expanded', () => {
    const bomb = ['a0: &a0 [x,x,x,x,x,x,x,x,x,x]'];
    for (let i = 1; i < 12; i += 1)
      bomb.push(`a${i}: &a${i} [${Array.from({ length: 10 }, () => `*a${i - 1}`).join(',')}]`);
    const started = process.cpuUsage().user;
    expect(failure(bomb.join('\n'))).toMatch(/in\.yaml:\d+:\d+: aliases expand to more than 1000000 values/);
    expect(process.cpuUsage().user - started).toBeLessThan(1e6);
  });

  it('many aliases', () => {
    expect(failure(`a: &a x\nb: [${Array.from({ length: 10_001 }, () => '*a').join(',')}]`)).toContain('10000 aliases');
  });

  it('a file of more than 32 MiB', () => {
    expect(() => new Source('big.yaml', 'x'.repeat(32 * 1024 * 1024 + 1))).toThrow('big.yaml: the file is larger');
  });

  it('64 levels are fine', () => {
    expect(failure(`${'['.repeat(64)}${']'.repeat(64)}`)).toBe('accepted');
  });
});
