// The table of proxies of a service mesh by interval.
import { count, END, seconds, someSeconds, type Table, text } from './column.ts';

export const mesh = {
  file: 'mesh.csv',
  help: 'Proxies of a service mesh (`behaviors[].mesh`), one row per interval and image; without any it is empty.',
  columns: {
    time_seconds: seconds(END),
    image: text('Image of the proxies, as `behaviors` has it.'),
    requests_out: count('Requests that came to the proxy of their caller during the interval.'),
    requests_in: count('Requests that came to the proxy of the called pod.'),
    answers: count('Answers that came to a proxy: to that of the called pod, and then to that of the caller.'),
    passages_failed: count(
      'How many of all of these failed: no proxy was running, it had no room, it ended, or a policy of its own forbade it.',
      'lower',
    ),
    passage_duration_p50_seconds: someSeconds(
      'Median of the time from the arrival of a request or an answer at a proxy until it left.',
      'lower',
    ),
    passage_duration_p99_seconds: someSeconds('99th percentile of the same.', 'lower'),
    passage_duration_max_seconds: someSeconds('The longest of them.', 'lower'),
  },
} as const satisfies Table;
