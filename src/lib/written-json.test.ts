// Files that wavetank wrote and that are not whole any more, in words.
import { expect, it } from 'vitest';
import { z } from 'zod';
import { InputError } from './errors.ts';
import { jsonOf, writtenJson } from './written-json.ts';

const schema = z.object({ jobs: z.number(), cells: z.array(z.object({ cell: z.string() })) });

it('gives what is there', () => {
  expect(writtenJson('{"jobs":2,"cells":[],"more":1}', schema, 'a.json')).toEqual({ jobs: 2, cells: [] });
});

it.each([
  ['', 'a.json: is not JSON, as wavetank writes it: is it cut off?'],
  ['{"jobs":', 'a.json: is not JSON, as wavetank writes it: is it cut off?'],
  ['null', 'a.json: expected a mapping, got nothing; is it of another version?'],
  [
    '{"jobs":"2","cells":[{}]}',
    'a.json: jobs: expected a number, got "2"; is it of another version?\na.json: cells[0].cell: is required: text; is it of another version?',
  ],
])('%j is refused', (text, message) => {
  const read = () => writtenJson(text, schema, 'a.json');
  expect(read).toThrow(InputError);
  expect(read).toThrow(message);
});

it('knows no JSON from a value', () => {
  expect([jsonOf('{'), jsonOf('null'), jsonOf('1')]).toEqual([undefined, null, 1]);
});
