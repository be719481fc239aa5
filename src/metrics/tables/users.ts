// The table of users who wait for answers, by source and interval.
import { count, END, seconds, text, type Table } from './column.ts';

export const users = {
  file: 'users.csv',
  help: 'Users of each source that has any (`traffic[].users`), one row per source and interval; without them there are none.',
  columns: {
    time_seconds: seconds(END),
    source: text('Name of the source.'),
    users_thinking: count('Users who think at the end of the interval.'),
    users_waiting: count('Users who wait for an answer then.', 'lower'),
    users_came: count('Users who came during the interval, those who took the place of one who had left included.'),
    users_left: count('Users who left during the interval.'),
    users_gave_up: count('Of these, those who left after a request that failed.', 'lower'),
  },
} as const satisfies Table;
