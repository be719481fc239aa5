// Hostile files for every reader: refused in words, or taken and then usable. `npm run validate:readers` tries thousands.
import { describe, expect, it } from 'vitest';
import { InputError } from '../../src/lib/errors.ts';
import { attack, wrongWith } from './attack-readers.ts';
import { type Reader, readers } from './readers.ts';

const COUNT = 12;

describe.each(readers)('$name', (reader) => {
  it('takes a good file', () => {
    expect(wrongWith(reader, reader.files)).toBe('taken');
  });

  it.each([
    ['ends of lines of Windows', (text: string) => text.replaceAll('\n', '\r\n')],
    ['a byte order mark', (text: string) => `\uFEFF${text}`],
  ])('reads the same with %s', (_what, edit) => {
    if (reader.name.startsWith('queue:')) return;
    const edited = Object.entries(reader.files).map(([name, text]) => [name, edit(text)]);
    expect(wrongWith(reader, Object.fromEntries(edited) as typeof reader.files)).toBe('taken');
    expect(reader.read(Object.fromEntries(edited) as typeof reader.files)).toEqual(reader.read(reader.files));
  });

  it(`survives ${COUNT} hostile ones`, () => {
    expect(attack(reader, COUNT, '1').findings).toEqual([]);
  });
});

describe('an attack finds', () => {
  const planted = (read: Reader['read']): Reader => ({ name: 'planted', files: { a: 'one\ntwo 2\nthree\n' }, read });

  it.each<[string, Reader['read'], RegExp]>([
    ['a crash', ({ a }) => void (a.includes('two 2') || (undefined as unknown as string[]).length), /TypeError/],
    [
      'a message that says nothing',
      ({ a }) => void (a.includes('two 2') || raise(`expected ${String(undefined)}`)),
      /^says little/,
    ],
  ])('%s', (_what, read, message) => {
    const [found] = attack(planted(read), 40, '1').findings;
    expect(found.message).toMatch(message);
    expect(found.seed).toMatch(/^1\/planted\/a\/\d+$/);
  });

  it('nothing where a reader refuses in words', () => {
    expect(
      attack(
        planted(() => raise('is no trace')),
        20,
        '1',
      ),
    ).toEqual({ findings: [], taken: 0 });
  });
});

function raise(message: string): never {
  throw new InputError(message);
}
