// Shared data for others to read: writing to it throws.

/** Freezes the value and all that is in it, and gives it back. What is frozen already is taken to be so throughout. */
export function frozen<Value>(value: Value): Value {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value) || ArrayBuffer.isView(value)) return value;
  Object.freeze(value);
  for (const part of Object.values(value)) frozen(part);
  return value;
}
