// Figures of classes of requests: how many there are, how many fail, and how long they take.
import { sum } from 'd3-array';
import { type Figure, type FigureSources, type Question, rowsWithin } from './figure.ts';
import { latencies, over, ratio } from './requests.ts';

/** Requests of the classes of that name in the window that ended, and those of them that failed. */
function endedOf({ span, names }: Question, { measure }: FigureSources) {
  const rows = rowsWithin(measure.classes.rows, span, measure).filter((row) => row.class === names['class']);
  return { count: sum(rows, (row) => row.requests), errors: sum(rows, (row) => row.errors) };
}

const ofClasses: readonly Figure[] = [
  over(
    'class.<class>.count',
    'Requests of class <class>',
    'count',
    'neither',
    'Requests of the class that ended, of all sources that have one of that name.',
    (question, sources) => endedOf(question, sources).count,
  ),
  over(
    'class.<class>.rate',
    'Requests of class <class> per second',
    'rate',
    'neither',
    'The same per second.',
    (question, sources) =>
      question.span.seconds === 0 ? undefined : endedOf(question, sources).count / question.span.seconds,
  ),
  over(
    'class.<class>.error_ratio',
    'Failed requests of class <class>',
    'ratio',
    'lower',
    'Share of those that failed.',
    (question, sources) => {
      const { count, errors } = endedOf(question, sources);
      return ratio(errors, count - errors);
    },
  ),
  ...latencies(
    'class.<class>',
    'requests of class <class>',
    'completed requests of the class',
    ({ span: { from, to }, names }, { measure }) => measure.classes.durations(names['class'], from, to),
  ),
];

/** Intervals are all that they are kept by. */
export const classFigures: readonly Figure[] = ofClasses.map((figure) => Object.assign({}, figure, { anytime: false }));
