// What the database of etcd takes on disk: versions that live, old ones until they are compacted, free pages until it is defragmented; and what happens when it is full.

export interface DatabaseSettings {
  /** `--quota-backend-bytes` */
  readonly quotaBytes: number;
}

/** What a version costs beside its value, as etcd reckons it (kvOverhead). */
const OVERHEAD_BYTES = 256;

/** What was there at an instant. */
interface Mark {
  readonly liveBytes: number;
  readonly writtenBytes: number;
}

export class Database {
  /** Of the file: it grows where no page is free, and shrinks only when it is defragmented. */
  sizeBytes = 0;
  /** Of the pages that hold something. */
  inUseBytes = 0;
  /** Of the versions that are the newest of their key. */
  liveBytes = 0;
  /** The alarm NOSPACE: nothing is stored any more until somebody disarms it. */
  full = false;
  /** How often that has been raised. */
  alarms = 0;
  /** Called when the alarm is raised or disarmed. */
  onAlarm: (() => void) | undefined;
  readonly #settings: DatabaseSettings;
  #writtenBytes = 0;
  /** What the next compaction leaves. */
  #mark: Mark | undefined;

  constructor(settings: DatabaseSettings) {
    this.#settings = settings;
  }

  /** Whether a write of so many bytes is taken. One that only deletes (0) always is. One for which there is no room raises the alarm. */
  admits(bytes: number): boolean {
    if (bytes === 0) return true;
    if (this.full) return false;
    if (this.sizeBytes + bytes + OVERHEAD_BYTES < this.#settings.quotaBytes) return true;
    this.full = true;
    this.alarms += 1;
    this.onAlarm?.();
    return false;
  }

  /** Versions are stored: `count` of them, with so many bytes together. */
  stored(bytes: number, count = 1): void {
    const all = bytes + count * OVERHEAD_BYTES;
    this.#writtenBytes += all;
    this.inUseBytes += all;
    this.sizeBytes = Math.max(this.sizeBytes, this.inUseBytes);
  }

  /** Keys came or went: the newest versions are so much more, or less. */
  lives(bytes: number): void {
    this.liveBytes = Math.max(0, this.liveBytes + bytes + Math.sign(bytes) * OVERHEAD_BYTES);
  }

  /** Removes what was old when this was called before: an API server asks for it, each time for the revision that it saw the last time. */
  compact(): void {
    const mark = this.#mark;
    this.#mark = { liveBytes: this.liveBytes, writtenBytes: this.#writtenBytes };
    if (mark === undefined) return;
    const since = this.#writtenBytes - mark.writtenBytes;
    this.inUseBytes = Math.min(this.inUseBytes, Math.max(this.liveBytes, mark.liveBytes + since));
  }

  /** The file is written again, without free pages. */
  defragment(): void {
    this.sizeBytes = this.inUseBytes;
  }

  /** Without room the next write raises the alarm again. */
  disarm(): void {
    if (!this.full) return;
    this.full = false;
    this.onAlarm?.();
  }
}
