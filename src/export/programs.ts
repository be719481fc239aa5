// Programs of the machine: where on PATH they are.
import { existsSync } from 'node:fs';
import { posix, win32 } from 'node:path';

export interface Machine {
  readonly platform: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly exists: (path: string) => boolean;
}

const HERE: Machine = { platform: process.platform, env: process.env, exists: existsSync };

/** The path of the first of these programs that is in a folder of PATH; on Windows with the endings of PATHEXT. */
export function findProgram(names: readonly string[], { platform, env, exists }: Machine = HERE): string | undefined {
  const windows = platform === 'win32';
  const path = windows ? win32 : posix;
  // Windows writes `Path`, and does not mind.
  const valueOf = (name: string): string =>
    Object.entries(env).find(([key]) => (windows ? key.toUpperCase() === name : key === name))?.[1] ?? '';
  const endings = windows ? (valueOf('PATHEXT') || '.EXE;.CMD').split(';').map((one) => one.toLowerCase()) : [''];
  return valueOf('PATH')
    .split(path.delimiter)
    .filter((folder) => folder !== '')
    .flatMap((folder) => names.flatMap((name) => endings.map((ending) => path.join(folder, `${name}${ending}`))))
    .find(exists);
}
