// Cells: formulas defused, numbers rounded and checked, quoting left to the library.
import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import { header, lines } from './csv.ts';

const event = {
  time_seconds: 1,
  type: 'Normal',
  reason: 'Scheduled',
  kind: 'Pod',
  namespace: 'default',
  name: 'web',
  message: '',
  source: 'default-scheduler',
};
const series = { ...event, le_seconds: 0.1 };

describe('lines', () => {
  it.each([
    ['=1+1', "'=1+1"],
    ['+1', "'+1"],
    ['-1', "'-1"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['\tx', "'\tx"],
    ['\rx', "'\rx"],
    ['a=b', 'a=b'],
    ['', ''],
    [' ', ' '],
    ["it's", "it's"],
    ['a,b', 'a,b'],
    ['é', 'é'],
    ['＝1', "'＝1"],
    ['a\rb', 'a\rb'],
    ['"', '"'],
    ['say "hi", twice\nand again', 'say "hi", twice\nand again'],
    ['<b>bold</b>', '<b>bold</b>'],
  ])('text %j is read back as %j', (message, expected) => {
    const [row] = parse(header('events') + lines('events', [{ ...event, message }]), { columns: true }) as Record<
      string,
      string
    >[];
    expect(row.message).toBe(expected);
    expect(row.source).toBe('default-scheduler');
  });

  it('leaves numbers numbers', () => {
    const row = { scope: 'requests', name: '', le_seconds: -0.1 - 0.2, count: -3 };
    expect(lines('histograms', [row])).toBe('requests,,-0.3,-3\n');
  });

  it('rounds seconds to microseconds and the rest to nine decimals', () => {
    const row = {
      time_seconds: 0.1 + 0.2,
      node: 'a',
      zone: '',
      kube_node_status_ready: 1,
      pods: 4,
      cpu_requested_ratio: 1 / 3,
      memory_requested_ratio: 1e-8,
      cpu_usage_ratio: 0.1 + 0.2,
    };
    expect(lines('nodes', [row])).toBe('0.3,a,,1,4,0.333333333,1e-8,0.3\n');
  });

  it.each([
    [{ ...series, time_seconds: Number.NaN }, 'events.csv: time_seconds is NaN, not a finite number'],
    [{ ...series, time_seconds: Infinity }, 'events.csv: time_seconds is Infinity, not a finite number'],
  ])('refuses a number that is not finite', (row, message) => {
    expect(() => lines('events', [row])).toThrow(message);
  });

  it('refuses half a pod', () => {
    expect(() => lines('histograms', [{ scope: 'requests', name: '', le_seconds: 1, count: 0.5 }])).toThrow(
      'histograms.csv: count is 0.5, not a whole number',
    );
  });
});
