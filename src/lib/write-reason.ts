// Why a file or a folder cannot be written, in words instead of the system's code.

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the quota of the disk is used up',
  EEXIST: 'it is there already',
  EISDIR: 'it is a folder',
  ENOTDIR: 'a part of its path is a file',
  ENOENT: 'its folder does not exist',
  ENAMETOOLONG: 'the name is too long',
  EBUSY: 'another program has it open',
  EMFILE: 'too many files are open',
};

/** Of what a function of node:fs throws. */
export function writeReason(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return (code === undefined ? undefined : (REASONS[code] ?? code)) ?? message;
}
