// A patch that cannot be applied: in the words in which the API server refuses it (422 or 400 of a PATCH).

export class PatchError extends Error {
  override readonly name = 'PatchError';
}
