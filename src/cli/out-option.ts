// The option --out, which most verbs have.
import { resolve } from 'node:path';
import { InputError } from '../lib/errors.ts';

/** Where the kernel of Linux shows what it knows. To make a folder there, and those above it, never ends. */
const KERNEL = ['/proc', '/sys'];

/** Throws an InputError for a name that is none, and for a place that is no disk. */
export function checkOut(out: unknown): void {
  if (typeof out !== 'string') return;
  if (out === '') throw new InputError('--out: expected a name, got ""');
  const path = resolve(out);
  const place = KERNEL.find((folder) => path === folder || path.startsWith(`${folder}/`));
  if (place !== undefined)
    throw new InputError(`--out: ${place} belongs to the kernel: expected a place on a disk, got "${out}"`);
}
