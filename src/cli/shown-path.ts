// How a path is printed: relative to the working directory where it lies below.
import { relative } from 'node:path';

export function shown(path: string): string {
  const short = relative(process.cwd(), path);
  return short.startsWith('..') ? path : short;
}
