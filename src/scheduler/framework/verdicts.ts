// Hot dialect: what filters said of each candidate node, as columns in the order of the candidates.
import { grown } from '../../model/columns.ts';
import { Interner } from '../../model/interner.ts';
import { Code } from './status.ts';

/** Lists of reasons by number: a filter makes its few texts once and rejects with their numbers. */
export type ReasonLists = Interner<readonly string[]>;

export function reasonLists(): ReasonLists {
  return new Interner((reasons) => reasons.join('\n'));
}

export class Verdicts {
  /** `Code` of the candidate; a filter leaves alone what is not Success. */
  codes = new Uint8Array(0);
  /** The plugin that rejected the candidate, by its number in the profile. */
  plugins = new Uint8Array(0);
  /** The list of reasons. */
  reasons = new Int32Array(0);
  /** The plugin whose turn it is; the framework sets it. */
  plugin = 0;
  /** Candidates rejected since the reset. */
  rejected = 0;

  /** All candidates pass until somebody objects. */
  reset(count: number): void {
    if (this.codes.length < count) {
      this.codes = grown(this.codes, count);
      this.plugins = grown(this.plugins, count);
      this.reasons = grown(this.reasons, count);
    }
    this.codes.fill(Code.Success, 0, count);
    this.rejected = 0;
  }

  /** The same verdict on the first `count` candidates. */
  rejectAll(count: number, code: number, plugin: number, reasons: number): void {
    this.reset(count);
    this.rejected = count;
    this.codes.fill(code, 0, count);
    this.plugins.fill(plugin, 0, count);
    this.reasons.fill(reasons, 0, count);
  }

  reject(candidate: number, code: number, reasons: number): void {
    this.rejected += 1;
    this.codes[candidate] = code;
    this.plugins[candidate] = this.plugin;
    this.reasons[candidate] = reasons;
  }

  /** A verdict that takes the place of what was said before. */
  replace(candidate: number, code: number, plugin: number, reasons: number): void {
    if (this.codes[candidate] === Code.Success) this.rejected += 1;
    this.codes[candidate] = code;
    this.plugins[candidate] = plugin;
    this.reasons[candidate] = reasons;
  }
}
