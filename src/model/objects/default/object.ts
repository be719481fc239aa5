// Defaults of a decoded object, as the API server fills them in: first the parent, then its children, then quantities are rounded up to thousandths.
import { parseQuantity, Quantity } from '../../parse/quantity.ts';
import type { DecodedObject, PlainObject } from '../decode.ts';
import type { Hook } from '../hook.ts';
import { builtInKind, objectType, type ObjectType, type ValueType } from '../tables.ts';
import { clusterDefaults } from './cluster.ts';
import { podDefaults } from './pod.ts';
import { serviceDefaults } from './service.ts';
import { workloadDefaults } from './workloads.ts';

const HOOKS = new Map<string, Hook>(
  [podDefaults, workloadDefaults, serviceDefaults, clusterDefaults].flatMap((hooks) => Object.entries(hooks)),
);

/** Fills in the defaults, in place. Objects of custom resources stay as they are. */
export function defaultObject(object: DecodedObject): void {
  const kind = builtInKind(object.apiVersion, object.kind);
  if (kind !== undefined) visit(objectType(kind.type), object);
}

function visit(type: ObjectType, value: PlainObject): void {
  HOOKS.get(type.name)?.(value as never);
  for (const field of type.fields) {
    const child = value[field.name];
    if (child === undefined || child === null || child === '') {
      if (isDeclared(field.default)) value[field.name] = field.default;
    } else visitValue(field.type, child);
  }
}

/** Whether a default of the documents says something: an empty one is only how Go writes an absent value. */
function isDeclared(fallback: unknown): boolean {
  return typeof fallback === 'string'
    ? fallback !== '' && fallback !== '0'
    : typeof fallback === 'number' && fallback !== 0;
}

function visitValue(type: ValueType, value: unknown): void {
  switch (type.is) {
    case 'scalar':
      return;
    case 'object':
      visit(objectType(type.name), value as PlainObject);
      return;
    case 'list':
      for (const item of value as unknown[]) visitValue(type.of, item);
      return;
    case 'map':
      visitMap(type.of, value as PlainObject);
  }
}

function visitMap(of: ValueType, map: PlainObject): void {
  const areQuantities = of.is === 'scalar' && of.scalar === 'quantity';
  for (const [key, value] of Object.entries(map)) {
    if (areQuantities) map[key] = roundUpToMilli(value as string);
    else visitValue(of, value);
  }
}

/** Resource lists are kept in thousandths at the finest. */
function roundUpToMilli(text: string): string {
  if (!/[nu]$|e-/.test(text)) return text;
  const quantity = parseQuantity(text);
  return quantity.exponent >= -3 ? text : new Quantity(quantity.milliValue(), -3, true, quantity.format).canonical();
}
