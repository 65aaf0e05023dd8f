import { type Document, isMap, isScalar } from 'yaml';
import { resourceNameOf } from '../../kubernetes/apimachinery/api-resource.ts';
import type { FieldPath } from '../../kubernetes/apimachinery/field-path.ts';
import { valueAt } from '../../kubernetes/apimachinery/field-path.ts';
import { selectorText } from '../../kubernetes/apimachinery/label-selector.ts';
import { isObject, type JsonObject } from '../../kubernetes/apimachinery/objects.ts';
import { referenceField } from '../../kubernetes/apimachinery/reference-fields.ts';
import { fieldsIn, type Span, type TextField, yamlDocuments } from './yaml-positions.ts';

/** A reference to another object in a text. */
export interface ObjectReference {
  span: Span;
  /** A kind, or a plural name with group. */
  kind: string;
  apiVersion: string | undefined;
  /** Undefined: the object's own. */
  namespace: string | undefined;
  name: string;
}

/** A pod selector in a text. */
export interface PodSelector {
  span: Span;
  selector: string;
}

const SELECTORS = new Set(['selector', 'podSelector']);

/** The objects and pods a text refers to. */
export function referencesIn(text: string): { objects: ObjectReference[]; selectors: PodSelector[] } {
  const objects: ObjectReference[] = [];
  const selectors: PodSelector[] = [];
  for (const document of yamlDocuments(text)) {
    const root = rootOf(document);
    for (const field of fieldsIn(document.contents)) {
      const selector = selectorOf(field, root);
      if (selector) selectors.push(selector);
      const reference = referenceOf(field, root);
      if (reference) objects.push(reference);
    }
  }
  return { objects, selectors };
}

function rootOf(document: Document): JsonObject {
  const root: unknown = document.errors.length > 0 ? undefined : document.toJS();
  return isObject(root) ? root : {};
}

function selectorOf({ path, key, keySpan, value }: TextField, root: JsonObject): PodSelector | undefined {
  // The selector of a PersistentVolumeClaim matches volumes.
  if (!SELECTORS.has(key) || path[0] !== 'spec' || !isMap(value) || root.kind === 'PersistentVolumeClaim')
    return undefined;
  const selector = selectorText(valueAt(root, path));
  return selector === undefined ? undefined : { span: keySpan, selector };
}

function referenceOf({ path, key, value }: TextField, root: JsonObject): ObjectReference | undefined {
  if (!isScalar(value) || typeof value.value !== 'string' || value.value === '' || !value.range) return undefined;
  const siblings = valueAt(root, path.slice(0, -1));
  const around = isObject(siblings) ? siblings : {};
  const named = kindOf(path, key, around, root);
  if (!named) return undefined;
  // A namespace beside the name; other references default to the object's own.
  const namespace = key !== 'namespace' && typeof around.namespace === 'string' ? around.namespace : undefined;
  const [start, end] = value.range;
  return { ...named, namespace, name: value.value, span: { start, end } };
}

function kindOf(
  path: FieldPath,
  key: string,
  around: JsonObject,
  root: JsonObject,
): Pick<ObjectReference, 'kind' | 'apiVersion'> | undefined {
  if (path.length === 2 && path[0] === 'metadata') {
    return key === 'namespace' ? { kind: 'namespaces', apiVersion: 'v1' } : undefined;
  }
  const within = String(root.kind);
  const plain = referenceField(key, within);
  if (plain?.members.length === 0) return { kind: resourceNameOf(plain.resource), apiVersion: undefined };
  if (key !== 'name') return undefined;
  const parent = path.slice(0, -1).findLast((step) => typeof step === 'string') ?? '';
  // Owners, scale targets, subjects, roles, and references of custom resources name the kind themselves.
  if (typeof around.kind === 'string' && path.length > 1) {
    const { apiVersion, apiGroup } = around;
    if (typeof apiVersion === 'string') return { kind: around.kind, apiVersion };
    const group = typeof apiGroup === 'string' && apiGroup !== '' ? `.${apiGroup}` : '';
    return { kind: `${around.kind}${group}`, apiVersion: undefined };
  }
  const field = referenceField(parent, within);
  return field?.members.includes(key) ? { kind: resourceNameOf(field.resource), apiVersion: undefined } : undefined;
}
