// The file into which a session is recorded.
import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { InputError } from '../../lib/errors.ts';
import { counted } from '../../lib/plural.ts';
import type { LiveOutcome } from '../../live/live-cluster.ts';
import { checkRecordable, sessionText } from '../../live/recording/session.ts';
import type { LoadedScenario } from '../../scenario/scenario.ts';
import { writeNew } from '../new-file.ts';

/** Before the session: throws an InputError where it could not be written afterwards. */
export function checkSession(loaded: LoadedScenario, file: string): void {
  if (file === '') throw new InputError('--record: expected a file, got ""');
  if (existsSync(file)) throw new InputError({ file, message: 'exists, and a session does not replace it' });
  if (!existsSync(dirname(resolve(file)))) {
    throw new InputError({ file, message: 'cannot be written: its folder does not exist' });
  }
  checkRecordable(loaded, file);
}

/** Throws an InputError. `options`: those of the scenario, as they were typed. */
export function writeSession(file: string, loaded: LoadedScenario, ended: LiveOutcome, options: string): void {
  const { job, recorder } = ended;
  const text = sessionText(loaded, recorder, job.loaded.scenario.durationUs, options);
  writeNew(file, text);
  const { entries, untold } = recorder;
  const rest = untold.length === 0 ? '' : `, ${untold.length} more that a timeline cannot say`;
  process.stderr.write(`Written: ${file} with ${counted(entries.length, 'entry')} by hand${rest}\n`);
}
