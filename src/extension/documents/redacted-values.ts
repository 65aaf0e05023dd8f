import { isScalar } from 'yaml';
import { type FieldPath, valueAt } from '../../kubernetes/apimachinery/field-path.ts';
import { jsonText } from '../../kubernetes/apimachinery/json.ts';
import type { KubernetesObject } from '../../kubernetes/apimachinery/objects.ts';
import { utf8Text } from '../../kubernetes/apimachinery/utf8.ts';
import { isMarker } from '../../kubernetes/text/markers.ts';
import { fieldsIn, type Span, yamlDocuments } from './yaml-positions.ts';

/** A redacted value of a text. */
export interface RedactedValue {
  path: FieldPath;
  key: string;
  /** Of the marker in its place. */
  span: Span;
}

/** The redacted values of a text. */
export function redactedValuesIn(text: string): RedactedValue[] {
  return yamlDocuments(text).flatMap(({ contents }) =>
    [...fieldsIn(contents)].flatMap(({ path, key, value }) =>
      isScalar(value) && isMarker(value.value) && value.range
        ? [{ path, key, span: { start: value.range[0], end: value.range[1] } }]
        : [],
    ),
  );
}

/** The value as a person reads it: decoded if a Secret has it in base64, unless it is binary. */
export function plainValue(object: KubernetesObject, path: FieldPath): string | undefined {
  const value = valueAt(object, path);
  if (value === undefined) return undefined;
  if (typeof value !== 'string') return jsonText(value);
  if (object.kind !== 'Secret' || path[0] !== 'data') return value;
  return utf8Text(Buffer.from(value, 'base64')) ?? value;
}
