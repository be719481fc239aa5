// Plain YAML scalars as kubectl and the API server read them: YAML 1.1 booleans and octals, 1.2 floats, no dates and no base 60 (go-yaml v2.4).
import { defineScalarTag, FAILSAFE_SCHEMA, mergeTag, NOT_RESOLVED } from 'js-yaml';
import type { Schema } from 'js-yaml';

const TRUE = ['y', 'Y', 'yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON'];
const FALSE = ['n', 'N', 'no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF'];
const BOOLEANS = new Map([
  ...TRUE.map((word) => [word, true] as const),
  ...FALSE.map((word) => [word, false] as const),
]);
const NULLS = new Set(['', '~', 'null', 'Null', 'NULL']);
const INTEGER = /^([-+]?)(?:0[xX]([\da-fA-F]+)|0[bB]([01]+)|0[oO]?([0-7]+)|(0|[1-9]\d*))$/;
const FLOAT = /^[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?$/;
const DIGITS = '0123456789'.split('');
const NUMBER_STARTS = ['+', '-', '.', ...DIGITS];

function integer(text: string): number | undefined {
  const [, sign, hex, binary, octal, decimal] = INTEGER.exec(text.replaceAll('_', '')) ?? [];
  if (sign === undefined) return undefined;
  const size =
    hex !== undefined
      ? Number.parseInt(hex, 16)
      : binary !== undefined
        ? Number.parseInt(binary, 2)
        : octal !== undefined
          ? Number.parseInt(octal, 8)
          : Number(decimal);
  return sign === '-' ? 0 - size : size;
}

function float(text: string): number | undefined {
  // Underscores are dropped unless the number begins with its point: there go-yaml takes another path.
  const plain = text.startsWith('.') ? text : text.replaceAll('_', '');
  return FLOAT.test(plain) ? Number(plain) : undefined;
}

const nullTag = defineScalarTag('tag:yaml.org,2002:null', {
  implicit: true,
  implicitFirstChars: ['', '~', 'n', 'N'],
  resolve: (text) => (NULLS.has(text) ? null : NOT_RESOLVED),
  identify: () => false,
});

const booleanTag = defineScalarTag('tag:yaml.org,2002:bool', {
  implicit: true,
  implicitFirstChars: 'yYnNtTfFoO'.split(''),
  resolve: (text) => BOOLEANS.get(text) ?? NOT_RESOLVED,
  identify: () => false,
});

const integerTag = defineScalarTag('tag:yaml.org,2002:int', {
  implicit: true,
  implicitFirstChars: ['+', '-', ...DIGITS],
  resolve: (text) => integer(text) ?? NOT_RESOLVED,
  identify: () => false,
});

const floatTag = defineScalarTag('tag:yaml.org,2002:float', {
  implicit: true,
  implicitFirstChars: NUMBER_STARTS,
  resolve: (text, isExplicit) => float(text) ?? (isExplicit ? integer(text) : undefined) ?? NOT_RESOLVED,
  identify: () => false,
});

/** kubectl's scalars with mappings, lists and merge keys (`<<`); infinities and NaN, which JSON has not, stay text. */
export const KUBERNETES_SCHEMA: Schema = FAILSAFE_SCHEMA.withTags(nullTag, booleanTag, integerTag, floatTag, mergeTag);
