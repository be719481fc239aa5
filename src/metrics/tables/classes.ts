// The table of classes of requests by interval.
import { count, END, seconds, text, type Table } from './column.ts';
import { requestDuration } from './request-duration.ts';

export const classes = {
  file: 'classes.csv',
  help: 'Requests from outside by their class (`traffic[].classes`), one row per class and interval; without classes it is empty.',
  columns: {
    time_seconds: seconds(END),
    source: text('Name of the source.'),
    class: text('Name of the class.'),
    requests: count('Requests of the class that ended during the interval.'),
    errors: count('Those of them that failed, after their last attempt.', 'lower'),
    ...requestDuration,
  },
} as const satisfies Table;
