// What the axes of a sweep and their values are called: in `where` of an expectation, in tables and in charts.
import { isMapping, writeValue } from './fill.ts';
import { type OverrideTarget, parseTarget, VARIANT_AXIS } from './override.ts';

/** An axis of the variants of the bench has no path. */
const VARIANTS: OverrideTarget = { in: 'scenario', segments: [VARIANT_AXIS] };

/**
 * The last word of each path, `rate`, and of one in an object with the object's name, `web.maxSurge`; with the words before it where
 * two would be alike.
 */
export function axisLabels(paths: readonly string[]): string[] {
  const targets = paths.map((path) => (path === VARIANT_AXIS ? VARIANTS : parseTarget(path, 'sweep')));
  const words = targets.map(({ segments }) => segments.filter((word) => !/^\d+$/.test(word)));
  const label = (axis: number, count: number) => {
    const target = targets[axis];
    return [...(target.in === 'object' ? [target.name] : []), ...words[axis].slice(-count)].join('.');
  };
  return paths.map((path, axis) => {
    for (let count = 1; count <= words[axis].length; count += 1) {
      const own = label(axis, count);
      if (paths.every((_, other) => other === axis || label(other, count) !== own)) return own;
    }
    return path;
  });
}

/** `25%`, `PowerOfTwo`, `JSQ(d=2)`: a value on one line and without spaces. */
export function valueLabel(value: unknown): string {
  if (isMapping(value) && Object.keys(value).length === 1) {
    const [[name, args]] = Object.entries(value);
    if (args === null || (isMapping(args) && Object.keys(args).length === 0)) return name;
    if (isMapping(args)) {
      const given = Object.entries(args).map(([key, one]) => `${key}=${valueLabel(one)}`);
      return `${name}(${given.join(';')})`;
    }
  }
  return writeValue(value).replaceAll(/\s+/g, '');
}
