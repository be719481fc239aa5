// Protobuf messages made of texts and of other messages.
import { Wire } from './wire.ts';

export function text(value: string): Uint8Array {
  return new TextEncoder().encode(value);
}

/** A message of fields in order: their numbers, and their bytes. */
export function message(...fields: readonly (readonly [number: number, bytes: Uint8Array])[]): Uint8Array {
  return Buffer.concat(
    fields.flatMap(([number, bytes]) => [varint(8 * number + Wire.Bytes), varint(bytes.length), bytes]),
  );
}

function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 128);
  return Uint8Array.from([...bytes, rest]);
}
