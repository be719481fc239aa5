// Tables grow by doubling, up to a limit that a few lines of YAML cannot pass.
import { describe, expect, it } from 'vitest';
import { InputError } from '../lib/errors.ts';
import { grown, nextCapacity } from './columns.ts';

describe('columns', () => {
  it('keep what they hold when they grow', () => {
    expect([...grown(Int32Array.of(1, 2), 4)]).toEqual([1, 2, 0, 0]);
  });

  it('double, from 64 to 8,388,608 rows', () => {
    expect([0, 64, 4_194_304].map((capacity) => nextCapacity(capacity))).toEqual([64, 128, 8_388_608]);
    expect(() => nextCapacity(8_388_608, 'pods')).toThrow(InputError);
    expect(() => nextCapacity(8_388_608, 'pods')).toThrow(/more than 8388608 pods at a time/);
  });
});
