// `npm run validate:readers`: thousands of hostile files for every reader, and for every verb that reads results.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { attack, type Finding } from './attack-readers.ts';
import { attackFolder, COMMANDS, filesOf, makeResults } from './folders.ts';
import { readers } from './readers.ts';

/** What is found is written into this folder, a folder each. */
const OUT = 'hostile';

/** Words after the command: how many of each file, the seed, and a part of the names of readers. Gives the exit code. */
export async function main([count = '500', seed = '1', name = '']: readonly string[]): Promise<number> {
  const findings: Finding[] = [];
  for (const reader of readers.filter((one) => one.name.includes(name))) {
    const started = performance.now();
    const own = attack(reader, Number(count), seed);
    findings.push(...own.findings);
    report(reader.name, Number(count) * Object.keys(reader.files).length, own.taken, own.findings.length, started);
  }
  for (const command of COMMANDS.filter(([verb]) => `results: ${verb}`.includes(name))) {
    const started = performance.now();
    const own = await attackFolders(command, Number(count), seed);
    findings.push(...own);
    report(`results: ${command[0]}`, Number(count), undefined, own.length, started);
  }
  const kinds = new Map(findings.map((one) => [kindOf(one), one]));
  for (const [index, [kind, finding]] of [...kinds].entries()) explain(`${OUT}/${index + 1}`, kind, finding);
  return findings.length === 0 ? 0 : 1;
}

async function attackFolders(command: readonly string[], count: number, seed: string): Promise<Finding[]> {
  const root = mkdtempSync(join(tmpdir(), 'wavetank-hostile-'));
  try {
    await makeResults(root);
    const files = filesOf(root);
    const findings: Finding[] = [];
    for (let index = 0; index < count; index += 1) {
      const found = await attackFolder(root, `${seed}/${command[0]}/${index}`, files, [command]);
      if (found !== undefined) findings.push(found);
    }
    return findings;
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

function report(name: string, tried: number, taken: number | undefined, wrong: number, started: number): void {
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  const used = taken === undefined ? '' : `, ${taken} taken`;
  process.stdout.write(
    `${wrong === 0 ? 'ok  ' : 'FAIL'} ${name.padEnd(28)} ${tried} hostile files${used}, ${wrong} wrong  ${seconds} s\n`,
  );
}

/** Findings that are one bug. */
function kindOf({ reader, message }: Finding): string {
  return `${reader.replace(/ \(.*/, '')}: ${message.replaceAll(/\d+/g, '#').slice(0, 160)}`;
}

function explain(folder: string, kind: string, { message, seed, files }: Finding): void {
  mkdirSync(folder, { recursive: true });
  for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, file), text);
  process.stdout.write(
    `\n${kind}\n  ${message.replaceAll('\n', '\n  ').slice(0, 2000)}\n  seed ${seed}; files in ${folder}\n`,
  );
}
