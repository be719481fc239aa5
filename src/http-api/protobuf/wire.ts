// Protobuf on the wire: fields as numbers and bytes.

export class ProtobufError extends Error {
  override readonly name = 'ProtobufError';
}

export const Wire = { Varint: 0, Fixed64: 1, Bytes: 2, Fixed32: 5 } as const;

export interface WireField {
  readonly number: number;
  readonly type: number;
  /** Of numbers. */
  readonly value?: bigint;
  /** Of texts, bytes and messages. */
  readonly bytes?: Uint8Array;
}

/** The fields of a message in order; with `packed` plain numbers, which are all of that field. Throws a ProtobufError for what ends too early. */
export function readFields(bytes: Uint8Array, packed?: number): WireField[] {
  const reader = new Reader(bytes);
  const fields: WireField[] = [];
  while (!reader.done) {
    if (packed === undefined) fields.push(reader.field());
    else fields.push({ number: packed, type: Wire.Varint, value: reader.varint() });
  }
  return fields;
}

class Reader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get done(): boolean {
    return this.#at >= this.#bytes.length;
  }

  field(): WireField {
    const tag = Number(this.varint());
    const number = Math.floor(tag / 8);
    const type = tag % 8;
    switch (type) {
      case Wire.Varint:
        return { number, type, value: this.varint() };
      case Wire.Fixed64:
        return { number, type, value: this.#fixed(8) };
      case Wire.Fixed32:
        return { number, type, value: this.#fixed(4) };
      case Wire.Bytes:
        return { number, type, bytes: this.#take(Number(this.varint())) };
      default:
        throw new ProtobufError(`unknown wire type ${type}`);
    }
  }

  varint(): bigint {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const [byte] = this.#take(1);
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return BigInt.asUintN(64, value);
    }
    throw new ProtobufError('a number of more than ten bytes');
  }

  #fixed(count: number): bigint {
    let value = 0n;
    for (const [place, byte] of this.#take(count).entries()) value |= BigInt(byte) << BigInt(8 * place);
    return value;
  }

  #take(count: number): Uint8Array {
    const end = this.#at + count;
    if (end > this.#bytes.length) throw new ProtobufError('unexpected end');
    const taken = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return taken;
  }
}
