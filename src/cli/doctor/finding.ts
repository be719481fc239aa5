// What a check of this machine finds, and what to do about it.

/** `problem`: something that was asked for does not work here. `note`: it does, and there is something to know. */
export type State = 'ok' | 'note' | 'problem';

export interface Finding {
  readonly check: string;
  readonly state: State;
  readonly found: string;
  /** What to do, in a sentence. */
  readonly advice?: string;
}

export const ok = (check: string, found: string): Finding => ({ check, state: 'ok', found });
export const note = (check: string, found: string, advice: string): Finding => ({
  check,
  state: 'note',
  found,
  advice,
});
export const problem = (check: string, found: string, advice: string): Finding => ({
  check,
  state: 'problem',
  found,
  advice,
});
