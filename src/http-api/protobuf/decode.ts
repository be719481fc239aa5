// Objects in protobuf, as client-go sends them: the envelope that says what it is, and the fields by their numbers. Answers are in JSON, which every client reads that sends this.
import {
  builtInKind,
  type Field,
  objectType,
  type ObjectType,
  type Scalar,
  type ValueType,
} from '../../model/objects/tables.ts';
import { bytesToBase64 } from '../../model/objects/base64.ts';
import type { PlainObject } from '../../model/objects/decode.ts';
import { numbersOf } from './fields.ts';
import { ProtobufError, readFields, Wire, type WireField } from './wire.ts';

/** Every object begins with these four bytes. */
const MAGIC = [0x6b, 0x38, 0x73, 0x00];
/** The type of what says how something is deleted: it has no resource. */
const DELETE_OPTIONS = 'meta.v1.DeleteOptions';
/** Messages in messages, as deep as none of the API's go. */
const DEEPEST = 64;

/** Throws a ProtobufError for what cannot be read. */
export function decodeProtobuf(bytes: Uint8Array): PlainObject {
  if (MAGIC.some((byte, at) => bytes[at] !== byte))
    throw new ProtobufError('the first bytes are not those of an object');
  let apiVersion = '';
  let kind = '';
  let raw = new Uint8Array(0);
  for (const field of readFields(bytes.subarray(MAGIC.length))) {
    if (field.number === 1) {
      for (const inner of readFields(bytesOf(field))) {
        if (inner.number === 1) apiVersion = textOf(inner);
        if (inner.number === 2) kind = textOf(inner);
      }
    }
    if (field.number === 2) raw = Uint8Array.from(bytesOf(field));
  }
  const type = kind === 'DeleteOptions' ? DELETE_OPTIONS : builtInKind(apiVersion, kind)?.type;
  if (type === undefined) throw new ProtobufError(`no kind "${kind}" in version "${apiVersion}"`);
  return { ...message(objectType(type), type, raw, 0), apiVersion, kind };
}

/** `name` is the message whose numbers count; the fields are those of `type`, which may have them embedded. */
function message(type: ObjectType, name: string, bytes: Uint8Array, depth: number): PlainObject {
  if (depth > DEEPEST) throw new ProtobufError('messages are nested too deep');
  const output: PlainObject = {};
  const numbers = numbersOf(name);
  if (numbers === undefined) throw new ProtobufError(`${name} has no message in protobuf`);
  for (const one of readFields(bytes)) {
    const known = numbers.get(one.number);
    if (known === undefined) continue;
    const field = type.field(known.field);
    if (field !== undefined) add(output, field, one, depth);
    else if (known.embedded !== undefined)
      Object.assign(output, message(type, known.embedded, bytesOf(one), depth + 1));
  }
  return output;
}

function add(output: PlainObject, field: Field, wire: WireField, depth: number): void {
  const { name, type } = field;
  if (type.is === 'list') {
    const list = (output[name] ??= []) as unknown[];
    for (const item of unpacked(type.of, wire)) list.push(valueOf(type.of, item, depth));
  } else if (type.is === 'map') {
    const map = (output[name] ??= {}) as PlainObject;
    let key = '';
    let value: unknown = emptyOf(type.of);
    for (const part of readFields(bytesOf(wire))) {
      if (part.number === 1) key = textOf(part);
      if (part.number === 2) value = valueOf(type.of, part, depth);
    }
    map[key] = value;
  } else output[name] = valueOf(type, wire, depth);
}

function emptyOf(type: ValueType): unknown {
  return type.is === 'scalar' && type.scalar !== 'quantity' ? '' : undefined;
}

/** Numbers may come packed into one field. */
function unpacked(type: ValueType, wire: WireField): readonly WireField[] {
  const isNumber =
    type.is === 'scalar' && (type.scalar === 'int32' || type.scalar === 'int64' || type.scalar === 'boolean');
  return isNumber && wire.type === Wire.Bytes ? readFields(bytesOf(wire), wire.number) : [wire];
}

function valueOf(type: ValueType, wire: WireField, depth: number): unknown {
  switch (type.is) {
    case 'scalar':
      return scalarOf(type.scalar, wire);
    case 'object':
      return message(objectType(type.name), type.name, bytesOf(wire), depth + 1);
    case 'list':
      // A list in a map is a message with its items (ExtraValue, Verbs).
      return readFields(bytesOf(wire)).map((item) => valueOf(type.of, item, depth + 1));
    case 'map':
      throw new ProtobufError('a map in a list');
  }
}

function scalarOf(scalar: Scalar, wire: WireField): unknown {
  switch (scalar) {
    case 'string':
      return textOf(wire);
    case 'int32':
    case 'int64':
      return Number(BigInt.asIntN(64, numberOf(wire)));
    case 'boolean':
      return numberOf(wire) !== 0n;
    case 'double':
      return doubleOf(wire);
    case 'bytes':
      return bytesToBase64(Array.from(bytesOf(wire)));
    case 'time':
      return timeOf(bytesOf(wire));
    case 'quantity':
      return firstText(bytesOf(wire));
    case 'int-or-string':
      return intOrString(bytesOf(wire));
    case 'any':
      return anyOf(bytesOf(wire));
  }
}

/** Seconds and nanoseconds since 1970; nothing is no time. */
function timeOf(bytes: Uint8Array): string | undefined {
  if (bytes.length === 0) return undefined;
  let seconds = 0;
  let nanos = 0;
  for (const field of readFields(bytes)) {
    if (field.number === 1) seconds = Number(BigInt.asIntN(64, numberOf(field)));
    if (field.number === 2) nanos = Number(BigInt.asIntN(32, numberOf(field)));
  }
  const ms = seconds * 1000;
  if (!Number.isFinite(new Date(ms).getTime())) throw new ProtobufError(`no time: ${seconds} s`);
  const text = new Date(ms).toISOString().slice(0, 19);
  return nanos === 0 ? `${text}Z` : `${text}.${String(Math.floor(nanos / 1000)).padStart(6, '0')}Z`;
}

function firstText(bytes: Uint8Array): string {
  const [field] = readFields(bytes);
  return field === undefined ? '0' : textOf(field);
}

function intOrString(bytes: Uint8Array): number | string {
  let isText = false;
  let number = 0;
  let text = '';
  for (const field of readFields(bytes)) {
    if (field.number === 1) isText = numberOf(field) === 1n;
    if (field.number === 2) number = Number(BigInt.asIntN(32, numberOf(field)));
    if (field.number === 3) text = textOf(field);
  }
  return isText ? text : number;
}

/** JSON in its only field. */
function anyOf(bytes: Uint8Array): unknown {
  const text = firstText(bytes);
  try {
    return JSON.parse(text);
  } catch {
    throw new ProtobufError('a value of any type is no JSON');
  }
}

function bytesOf({ bytes }: WireField): Uint8Array {
  if (bytes === undefined) throw new ProtobufError('expected bytes, got a number');
  return bytes;
}

function textOf(field: WireField): string {
  return new TextDecoder().decode(bytesOf(field));
}

function numberOf({ number, value }: WireField): bigint {
  if (value === undefined) throw new ProtobufError(`expected a number in field ${number}, got bytes`);
  return value;
}

function doubleOf(field: WireField): number {
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, BigInt.asUintN(64, numberOf(field)));
  return view.getFloat64(0);
}
