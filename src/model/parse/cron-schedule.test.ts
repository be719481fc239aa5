// Schedules as robfig/cron v3 reads them: what its own tests and the API server's answers say.
import { expect, test } from 'vitest';
import { tryParseCronSchedule, type CronFields } from './cron-schedule.ts';

function fields(text: string): CronFields {
  const parsed = tryParseCronSchedule(text);
  if ('error' in parsed || !('minutes' in parsed.schedule)) throw new Error(JSON.stringify(parsed));
  return parsed.schedule;
}

function problem(text: string): string {
  const parsed = tryParseCronSchedule(text);
  return 'error' in parsed ? parsed.error : '';
}

test('ranges, steps, lists and names', () => {
  const { minutes, hours, daysOfWeek, anyDayOfMonth, anyDayOfWeek } = fields('*/20 1-3,22 * * MON-Fri');
  expect([...minutes]).toEqual([0, 20, 40]);
  expect([...hours]).toEqual([1, 2, 3, 22]);
  expect([...daysOfWeek]).toEqual([1, 2, 3, 4, 5]);
  expect({ anyDayOfMonth, anyDayOfWeek }).toEqual({ anyDayOfMonth: true, anyDayOfWeek: false });
  // A number with a step begins there.
  expect([...fields('50/5 * * * *').minutes]).toEqual([50, 55]);
  expect([...fields('0 0 1 jan,DEC ?').months]).toEqual([1, 12]);
  // With a step of more than 1 a star is no longer any day.
  expect(fields('0 0 */2 * */1')).toMatchObject({ anyDayOfMonth: false, anyDayOfWeek: true });
});

test('names of schedules', () => {
  expect(fields('@hourly')).toEqual(fields('0 * * * *'));
  expect(fields('@weekly')).toEqual(fields('0 0 * * 0'));
  expect(tryParseCronSchedule('@every 1h1.9s')).toEqual({ schedule: { everySeconds: 3601 } });
  expect(tryParseCronSchedule('@every 1ms')).toEqual({ schedule: { everySeconds: 1 } });
  expect(problem('@never')).toBe('unrecognized descriptor: @never');
  expect(problem('@every soon')).toBe('failed to parse duration @every soon: time: invalid duration "soon"');
});

test('a time zone in front', () => {
  expect(tryParseCronSchedule('CRON_TZ=Europe/Berlin @daily')).toMatchObject({
    schedule: { timeZone: 'Europe/Berlin' },
  });
  expect(problem('TZ=Mars/Phobos 0 * * * *')).toBe('provided bad location Mars/Phobos: unknown time zone Mars/Phobos');
});

test.each([
  ['', 'empty spec string'],
  ['0 0 * * * *', 'expected exactly 5 fields, found 6: [0 0 * * * *]'],
  ['* * *', 'expected exactly 5 fields, found 3: [* * *]'],
  ['5-1 * * * *', 'beginning of range (5) beyond end of range (1): 5-1'],
  ['60 * * * *', 'end of range (60) above maximum (59): 60'],
  ['0 0 0 * *', 'beginning of range (0) below minimum (1): 0'],
  ['0 0 * * 7', 'end of range (7) above maximum (6): 7'],
  ['*/0 * * * *', 'step of range should be a positive number: */0'],
  ['1-2-3 * * * *', 'too many hyphens: 1-2-3'],
  ['1/2/3 * * * *', 'too many slashes: 1/2/3'],
  ['x * * * *', 'failed to parse int from x: strconv.Atoi: parsing "x": invalid syntax'],
  ['-1 * * * *', 'failed to parse int from : strconv.Atoi: parsing "": invalid syntax'],
])('%s is refused', (text, message) => {
  expect(problem(text)).toBe(message);
});
