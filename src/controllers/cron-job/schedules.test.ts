// Schedules with a time zone, in the field or in the text.
import { expect, it } from 'vitest';
import { textOf } from './schedules.ts';

it.each([
  ['0 9 * * *', undefined, '0 9 * * *'],
  ['0 9 * * *', 'Europe/Berlin', 'TZ=Europe/Berlin 0 9 * * *'],
  // As it was stored before the API server refused the two together.
  ['TZ=Asia/Tokyo 0 9 * * *', 'Europe/Berlin', 'TZ=Asia/Tokyo 0 9 * * *'],
  ['CRON_TZ=Asia/Tokyo 0 9 * * *', 'Europe/Berlin', 'CRON_TZ=Asia/Tokyo 0 9 * * *'],
])('%s in %s', (schedule, timeZone, expected) => {
  expect(textOf({ schedule, ...(timeZone === undefined ? {} : { timeZone }) } as never)).toBe(expected);
});
