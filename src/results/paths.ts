// Where a job's results go: results/<scenario>/<job>, with names that are safe in any file system.
import path, { join, type PlatformPath } from 'node:path';

/** Names that Windows keeps for devices. */
const RESERVED = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i;

/**
 * A name as one folder name: letters, digits, `.`, `_` and `-`, no dot in front, at most 100 characters. A name that had to
 * be changed ends in a hash of the original, so that two names never share a folder.
 */
export function safeName(name: string): string {
  const plain = name.replaceAll(/[^A-Za-z0-9._-]/g, '-').slice(0, 90);
  if (plain === name && plain !== '' && !plain.startsWith('.') && !plain.endsWith('.') && !RESERVED.test(plain)) return name;
  return `${plain.replaceAll(/^[.-]+|[.-]+$/g, '') || 'job'}-${hash(name)}`.replace(RESERVED, '_$&');
}

/** The job of one seed of a scenario without a sweep. */
export function jobName(seed: number | string): string {
  return `seed-${seed}`;
}

/** The folder of a scenario's jobs below the results folder. */
export function scenarioFolder(root: string, scenario: string): string {
  return join(root, safeName(scenario));
}

/** What ran many jobs of a scenario. */
export type ManyVerb = 'run' | 'sweep' | 'bench' | 'chaos' | 'optimize' | 'sensitivity';

/** Below the folder of the scenario, so that a sweep, a bench, chaos and a run of several seeds do not overwrite each other's pages. */
const INDEX_FOLDERS: Readonly<Record<ManyVerb, string>> = {
  sweep: '.',
  bench: 'bench',
  chaos: 'chaos',
  optimize: 'optimize',
  sensitivity: 'sensitivity',
  run: 'seeds',
};

/** The folder with jobs.csv and the page of many jobs. */
export function indexFolder(root: string, scenario: string, verb: ManyVerb): string {
  return join(scenarioFolder(root, scenario), INDEX_FOLDERS[verb]);
}

/** The folder of a job below the results folder; a job of a sweep is in the folder of its cell: `cell-3f2a91c0/seed-1`. */
export function jobFolder(root: string, scenario: string, job: string): string {
  return join(scenarioFolder(root, scenario), ...job.split('/').map(safeName));
}

/** The job whose folder is `folder` below that of its scenario, as `jobFolder` has it: `cell-3f2a91c0/seed-1` on every system. */
export function jobOfFolder(scenario: string, folder: string, { relative, sep }: PlatformPath = path): string {
  return relative(scenario, folder).split(sep).join('/');
}

/** A name that Windows keeps for a device, whatever its ending: CON, nul.txt. */
export function isReservedName(name: string): boolean {
  return RESERVED.test(name);
}

/** FNV-1a over the UTF-16 units, 8 hex digits. */
function hash(text: string): string {
  let value = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) value = Math.imul(value ^ text.charCodeAt(at), 0x01000193);
  return (value >>> 0).toString(16).padStart(8, '0');
}
