// A guide as a test reads it: its files, by the name in their first line, and its commands.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Guide {
  /** By file name; the first line of each block is a comment with the name. */
  readonly files: ReadonlyMap<string, string>;
  /** Lines of the blocks of shell commands. */
  readonly commands: readonly string[];
}

export function readGuide(path: string): Guide {
  const files = new Map<string, string>();
  const commands: string[] = [];
  for (const [, language, body] of readFileSync(path, 'utf8').matchAll(/^```(\w+)\n([^]*?)^```$/gm)) {
    const name = /^(?:\/\/|#) (\S+\.\w+)$/m.exec(body)?.[1];
    if (language === 'sh') commands.push(...body.trim().split('\n'));
    else if (name !== undefined) files.set(name, body);
  }
  return { files, commands };
}

/** Writes the guide's files into a folder. */
export function writeFiles({ files }: Guide, folder: string): void {
  for (const [name, text] of files) writeFileSync(join(folder, name), text);
}

/** The words of a command, without the quotes that a shell takes away. */
export function words(command: string): string[] {
  return [...command.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain);
}
