import { isRecordMetadata } from '../../apimachinery/helm-storage.ts';
import { jsonText } from '../../apimachinery/json.ts';
import { isObject, type JsonObject } from '../../apimachinery/objects.ts';
import { credentialsInCommands } from './commands.ts';
import { isRoutingKey, type Strength, saysOnlySecret, strengthOf } from './credential-names.ts';
import { isMode, looksRandomMixed } from './credential-values.ts';
import { credentialsIn, mayHoldCredential } from './credentials.ts';
import { isEncodedCredential } from './encoded-texts.ts';
import { hiddenIn } from './hidden-parts.ts';
import { isImage } from './image-references.ts';
import { knownCredentialsIn } from './known-credentials.ts';
import { isMarker, markerOf, sizedMarkerOf } from './markers.ts';
import { isOwned, isOwnedNumber, onlyDescribes } from './owned-values.ts';
import { counterparts, member } from './places.ts';
import { plainPlaces } from './plain-text.ts';
import { merged, type Span } from './spans.ts';
import { Substrings } from './substrings.ts';
import { Unpacking } from './unpacking.ts';

/** The fields of a Secret that are shown; any other may hold a misplaced value. */
const SECRET_FIELDS = new Set(['apiVersion', 'kind', 'metadata', 'type', 'immutable']);
/** Fields that name the value beside them: `name: DB_PASSWORD, value: …`. */
const NAMES = ['name', 'key', 'header', 'field', 'property', 'param', 'parameter', 'variable', 'option', 'Name', 'Key'];
const VALUES = new Set([
  'value',
  'val',
  'values',
  'content',
  'default',
  'defaultValue',
  'stringValue',
  'text',
  'string',
  'map',
  'array',
  'Value',
]);
/** Shorter values also occur in texts by chance. */
const MIN_ECHO_LENGTH = 4;
/** With more values, an embedded object is not searched value by value. */
const MAX_EMBEDDED = 100;
const HARMLESS_KEPT = 20_000;
const HARMLESS_LENGTH = 128;
const MAX_ORDINARY = 5_000;
/** Names of lists that are a command with its arguments, or part of one. */
const COMMANDS = /^(?:command|args|cmd|argv|entrypoint|arguments|commands)$/i;
/** Fields of an image, and of what tells which it is. */
const IMAGE = /^image(?:ID)?$/;
/** What a schema has of a field's values; keys in them are names of values again. */
const PRESETS = /^(?:default|examples?)$/;
/** A smaller number may be one of a processor or a board. */
const MIN_PIN = 1_000;
const FLAG = /^--?[A-Za-z][\w.-]{0,63}$/;

/** A cache of strings with nothing to redact: most strings of a cluster occur many times. */
const harmless = new Set<string>();

/** What is known about a value's place. */
interface Place {
  name: string;
  strength: Strength;
  /** Among environment variables, where weaker names suffice. */
  env: boolean;
  /** The credential's name that it is under, or none. */
  under: string;
  /** Its keys are names of schema fields, not of values. */
  schema: boolean;
  /** The command that the arguments belong to. */
  program: string;
}

const NOWHERE: Place = { name: '', strength: 'none', env: false, under: '', schema: false, program: '' };

/** Makes a copy of an object that is safe to show, and records what it replaced. */
export class Redactor {
  /** The replaced values, as they stand in the object. */
  readonly found = new Set<string>();
  /** Those of them in base64, as in Secrets. */
  readonly encoded = new Set<string>();
  readonly #compared: boolean;
  readonly #unpacking: Unpacking;
  /** Inside a kind that creates Secrets, whose template does not state its kind. */
  #makesSecrets = false;

  /** With `compared`, markers say what differs from the earlier object. */
  constructor(compared = false, unpacking = Unpacking.ofObject()) {
    this.#compared = compared;
    this.#unpacking = unpacking;
  }

  /** A copy of the object, compared with `before`. */
  object(object: JsonObject, before: unknown): JsonObject {
    const kind = textOf(object.kind);
    if (/^secret$/i.test(kind)) return this.#secret(object, before);
    if (/^secretlist$/i.test(kind) && Array.isArray(object.items)) {
      const items = object.items.map((item: unknown, index) =>
        isObject(item) ? this.#secret(item, (member(before, 'items') as unknown[] | undefined)?.[index]) : item,
      );
      return { ...object, items };
    }
    this.#makesSecrets ||= /secret$/i.test(kind);
    const shown = this.#mapping(kind === 'ConfigMap' ? this.#withSizes(object, before) : object, before, NOWHERE);
    // Helm can store its releases, with all their values, in ConfigMaps.
    const release = kind === 'ConfigMap' && isRecordMetadata(object.metadata);
    return release ? { ...shown, data: this.#all(object.data, member(before, 'data'), 'plain') } : shown;
  }

  // A megabyte of base64 is useless to a reader.
  #withSizes(object: JsonObject, before: unknown): JsonObject {
    const { binaryData } = object;
    if (!isObject(binaryData)) return object;
    const sizes = Object.entries(binaryData).map(([key, value]) => {
      const changed = this.#compared && member(member(before, 'binaryData'), key) !== value;
      return [key, typeof value === 'string' && !isMarker(value) ? sizedMarkerOf(value, changed) : value];
    });
    return { ...object, binaryData: Object.fromEntries(sizes) };
  }

  #secret(secret: JsonObject, before: unknown): JsonObject {
    const core = secret.apiVersion === undefined || secret.apiVersion === 'v1';
    const fields = Object.entries(secret).map(([field, value]) => {
      const old = member(before, field);
      if (field === 'metadata') return [field, this.#secretMetadata(secret, old)];
      if (SECRET_FIELDS.has(field)) return [field, value];
      if (core || field === 'data' || field === 'stringData')
        return [field, this.#all(value, old, field === 'data' ? 'base64' : 'plain')];
      return [field, this.#value(value, old, { ...NOWHERE, under: 'secret' })];
    });
    return Object.fromEntries(fields);
  }

  // Tools that create Secrets often copy a value, or the whole Secret, into an annotation.
  #secretMetadata(secret: JsonObject, before: unknown): unknown {
    const { metadata } = secret;
    if (!isObject(metadata) || !isObject(metadata.annotations)) return this.#value(metadata, before, NOWHERE);
    const values = stringsIn([secret.data, secret.stringData]);
    const echoes = new Substrings(
      values.flatMap((text) => [text, Buffer.from(text, 'base64').toString()]),
      MIN_ECHO_LENGTH,
    );
    const old = member(before, 'annotations');
    const annotations = Object.entries(metadata.annotations).map(([key, value]) => {
      const text = textOf(value);
      if (/^\s*[{[]|^H4sI/.test(text) || echoes.isIn(text)) return [key, this.#hide(value, member(old, key))];
      return [key, this.#value(value, member(old, key), placeOf(key, NOWHERE))];
    });
    const { annotations: _, ...rest } = metadata;
    const shown = this.#mapping(rest, before, NOWHERE);
    // Keeps the order of keys.
    return Object.fromEntries(
      Object.keys(metadata).map((key) => [key, key === 'annotations' ? Object.fromEntries(annotations) : shown[key]]),
    );
  }

  /** Redacts every leaf, whatever its name; in a template except placeholders. */
  #all(value: unknown, before: unknown, form: 'base64' | 'plain' | 'template'): unknown {
    if (Array.isArray(value))
      return value.map((item: unknown, index) =>
        this.#all(item, Array.isArray(before) ? before[index] : undefined, form),
      );
    if (isObject(value))
      return Object.fromEntries(
        Object.entries(value).map(([key, item]) => [key, this.#all(item, member(before, key), form)]),
      );
    if (value === undefined) return value;
    if (form === 'template' && typeof value === 'string' && value.includes('{{'))
      return this.#string(value, before, NOWHERE);
    return this.#hide(value, before, form === 'base64');
  }

  #value(value: unknown, before: unknown, place: Place): unknown {
    if (typeof value === 'string') return this.#string(value, before, place);
    if (Array.isArray(value)) return this.#list(value, before, place);
    if (isObject(value)) return this.#mapping(value, before, place);
    if (typeof value !== 'number' && typeof value !== 'bigint') return value;
    const isOne = place.strength === 'strong' && !/s$|^max|^min/i.test(place.name);
    const isPin = /^pins?$/i.test(place.name) && value >= MIN_PIN;
    return isOne || isPin || isOwnedNumber(place.under || place.name, place.name, value)
      ? this.#hide(value, before)
      : value;
  }

  #mapping(mapping: JsonObject, before: unknown, place: Place): JsonObject {
    if (place !== NOWHERE && typeof mapping.kind === 'string' && isEmbeddedSecret(mapping))
      return this.object(mapping, before);
    const named = place.schema ? undefined : nameIn(mapping);
    const template = this.#makesSecrets && /^(?:template|secretTemplates)$/.test(place.name);
    return Object.fromEntries(
      Object.entries(mapping).map(([key, value]) => {
        const old = member(before, key);
        if (template && /^(?:data|stringData)$/.test(key))
          return [key, this.#all(value, old, place.name === 'template' ? 'template' : 'plain')];
        if (named !== undefined && VALUES.has(key)) {
          const strength = strengthOf(named);
          return [
            key,
            this.#value(value, old, {
              ...place,
              name: named,
              strength,
              under: strength === 'strong' ? named : place.under,
            }),
          ];
        }
        if (named !== undefined && mapping[key] === named) return [key, this.#value(value, old, NOWHERE)];
        if (place.schema && place.name === 'properties') {
          // A schema field: its name matters only for its default.
          return [key, this.#value(value, old, { ...NOWHERE, name: key, schema: true })];
        }
        if (place.schema) {
          const given = PRESETS.test(key) ? placeOf(place.name, NOWHERE, value) : { ...place, name: key };
          return [key, this.#value(value, old, given)];
        }
        const found = placeOf(key, place, value);
        if (key !== 'args' || !Array.isArray(mapping.command)) return [key, this.#value(value, old, found)];
        return [key, this.#value(value, old, { ...found, program: mapping.command.join(' ') })];
      }),
    );
  }

  #list(list: unknown[], before: unknown, place: Place): unknown[] {
    const references = saysOnlySecret(place.name);
    const inner = { ...place, strength: 'none' as const, under: references ? '' : place.under };
    const told = toldByOthers(list, place);
    const earlier = before === undefined ? [] : counterparts(list, before);
    return list.map((item, index) => {
      const old = earlier[index];
      const flag = index > 0 ? list[index - 1] : undefined;
      if (typeof item === 'string' && typeof flag === 'string' && FLAG.test(flag) && !item.startsWith('-')) {
        const name = flag.replace(/^-+/, '');
        const strength = strengthOf(name);
        if (strength !== 'none') return this.#string(item, old, { ...NOWHERE, name, strength });
      }
      if (told.has(index)) return this.#hide(item, old);
      if (references && typeof item === 'string' && isOwned(place.name, undefined, item)) return this.#hide(item, old);
      // References to Secrets have no values.
      const valued = references && isObject(item) && Object.keys(item).some((key) => VALUES.has(key));
      return this.#value(item, old, valued ? { ...inner, under: place.under } : inner);
    });
  }

  #string(text: string, before: unknown, place: Place): string {
    if (text === '' || isMarker(text)) return text;
    const { plain } = place.strength === 'none' && place.under === '' ? { plain: text } : plainPlaces(text);
    const isVariable = place.env && place.strength === 'weak' && !isMode(plain) && !isRoutingKey(place.name);
    const strength = isVariable ? 'strong' : place.strength;
    const isHidden = hiddenIn(place.name, plain, strength).length > 0;
    if (isHidden) return this.#hide(text, before);
    const isUnnamed = place.strength === 'none' || place.strength === 'described' || isRoutingKey(place.name);
    if (place.under !== '' && isUnnamed && isOwned(place.under, place.name, plain)) return this.#hide(text, before);
    const pieces = piecesOf(text, this.#unpacking);
    if (pieces.length === 0) return text;
    // Its name may be a credential's.
    if (IMAGE.test(place.name) && isImage(text) && knownCredentialsIn(text).length === 0) return text;
    const [only] = pieces;
    if (only && only.start === 0 && only.end === text.length) return this.#hide(text, before);
    return this.#withMarkers(text, pieces, before);
  }

  #withMarkers(text: string, pieces: readonly Span[], before: unknown): string {
    const old =
      typeof before === 'string' && this.#compared
        ? new Set(valuesAt(before, piecesOf(before, this.#unpacking)))
        : undefined;
    let shown = '';
    let from = 0;
    for (const { start, end } of pieces) {
      const value = text.slice(start, end);
      this.found.add(value);
      shown += text.slice(from, start) + markerOf(value, this.#compared && !old?.has(value));
      from = end;
    }
    return shown + text.slice(from);
  }

  #hide(value: unknown, before: unknown, base64 = false): string {
    const text = textOf(value);
    if (isMarker(text)) return text;
    if (text !== '') this.found.add(text);
    if (base64) this.encoded.add(text);
    const changed = this.#compared && textOf(before) !== text;
    return markerOf(base64 ? Buffer.from(text, 'base64') : text, changed);
  }
}

/** The credentials in a string of an object, including base64 and embedded JSON objects. */
export function piecesOf(text: string, unpacking: Unpacking): readonly Span[] {
  if (text.length < MIN_ECHO_LENGTH || harmless.has(text)) return [];
  const short = text.length <= HARMLESS_LENGTH;
  const pieces = short && !mayHoldCredential(text) ? [] : recognised(text, unpacking);
  if (short && pieces.length === 0) {
    if (harmless.size >= HARMLESS_KEPT) harmless.clear();
    harmless.add(text);
  }
  return pieces;
}

function recognised(text: string, unpacking: Unpacking): Span[] {
  const whole = [{ start: 0, end: text.length }];
  const { plain, placeOf: place } = plainPlaces(text);
  if (
    isEncodedCredential(plain.replaceAll('\0', ''), (content, inner) => piecesOf(content, inner).length > 0, unpacking)
  )
    return whole;
  const spans = credentialsIn(plain, unpacking);
  const embedded = /^\s*[{[]/.test(plain) ? valuesOfEmbedded(plain.replaceAll('\0', ' '), unpacking) : [];
  if (embedded === undefined) return whole;
  if (spans.length + embedded.length === 0) return [];
  return merged([...spans, ...embedded]).map(({ start, end }) => ({ start: place(start), end: place(end - 1) + 1 }));
}

/** The values of JSON in a string; undefined where they cannot be located. */
function valuesOfEmbedded(text: string, unpacking: Unpacking): Span[] | undefined {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    return [];
  }
  if (typeof content !== 'object' || content === null) return [];
  const redactor = new Redactor(false, unpacking);
  for (const object of Array.isArray(content) ? content : [content])
    if (isObject(object)) redactor.object(object, undefined);
  if (redactor.found.size > MAX_EMBEDDED) return undefined;
  const spans: Span[] = [];
  for (const value of redactor.found) {
    const written = JSON.stringify(value).slice(1, -1);
    const needle = written.length < MIN_ECHO_LENGTH ? `"${written}"` : written;
    let at = text.indexOf(needle);
    if (at < 0 && !/^\d/.test(value)) return undefined;
    for (; at >= 0; at = text.indexOf(needle, at + needle.length)) {
      const inset = needle === written ? 0 : 1;
      spans.push({ start: at + inset, end: at + needle.length - inset });
    }
  }
  return spans;
}

function valuesAt(text: string, pieces: readonly Span[]): string[] {
  return pieces.map(({ start, end }) => text.slice(start, end));
}

/** Cached places of which only the name is known, as most are. */
const ordinary = new Map<string, Place>();

function placeOf(key: string, parent: Place, value?: unknown): Place {
  const isOrdinary = parent.under === '' && !parent.env;
  const same = isOrdinary ? ordinary.get(key) : undefined;
  if (same) return same;
  const place = newPlace(key, parent, value);
  const { strength, env, under, schema } = place;
  if (
    isOrdinary &&
    strength === 'none' &&
    !env &&
    under === '' &&
    !schema &&
    !/env|^properties$/i.test(key) &&
    ordinary.size < MAX_ORDINARY
  )
    ordinary.set(key, place);
  return place;
}

function newPlace(key: string, parent: Place, value?: unknown): Place {
  // A field that names something else is not a value's name.
  const strength = key === 'key' && !parent.env ? 'none' : strengthOf(key);
  const nested = typeof value === 'object';
  const inherited = nested && onlyDescribes(parent.under, key) ? '' : parent.under;
  return {
    name: key,
    strength,
    env: nested ? /env/i.test(key) : parent.env,
    under: strength === 'strong' && nested && !/^(?:.*authorization|.*cookies?)$/i.test(key) ? key : inherited,
    schema: key === 'openAPIV3Schema' || (key === 'properties' && isSchema(value)),
    program: '',
  };
}

const SCHEMA_WORDS =
  /^(?:type|\$ref|description|title|format|properties|items|required|enum|default|example|examples|pattern|nullable|(?:min|max)\w+|multipleOf|uniqueItems|exclusive\w+|additional\w+|x-[\w-]+|allOf|anyOf|oneOf|not|const|readOnly|writeOnly|deprecated)$/;

/** List items that are credentials because of their neighbours: a pair of name and value, or a program's flag. */
function toldByOthers(list: readonly unknown[], place: Place): ReadonlySet<number> {
  const told = new Set<number>();
  const [first, second] = list;
  if (list.length === 2 && typeof first === 'string' && typeof second === 'string') {
    if (strengthOf(first) === 'strong' && looksRandomMixed(second)) told.add(1);
  }
  if (!COMMANDS.test(place.name)) return told;
  const words = list.map((item) => (typeof item === 'string' ? item : ''));
  let from = place.program === '' ? 0 : place.program.length + 1;
  const spans = credentialsInCommands([...(place.program === '' ? [] : [place.program]), ...words].join(' '));
  for (const [index, word] of words.entries()) {
    const [start, end] = [from, from + word.length];
    if (word !== '' && spans.some((span) => span.start < end && span.end > start)) told.add(index);
    from = end + 1;
  }
  return told;
}

function isSchema(properties: unknown): boolean {
  return (
    isObject(properties) &&
    Object.values(properties).every(
      (field) => isObject(field) && Object.keys(field).every((word) => SCHEMA_WORDS.test(word)),
    )
  );
}

function nameIn(mapping: JsonObject): string | undefined {
  const name = NAMES.find((key) => typeof mapping[key] === 'string');
  return name !== undefined && Object.keys(mapping).some((key) => VALUES.has(key)) ? textOf(mapping[name]) : undefined;
}

// A reference to a Secret states its kind too.
function isEmbeddedSecret(mapping: JsonObject): boolean {
  return (
    /^secret(?:list)?$/i.test(textOf(mapping.kind)) &&
    ['data', 'stringData', 'items'].some((field) => typeof mapping[field] === 'object')
  );
}

function stringsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(stringsIn) : [];
}

// A manifest may have a value there that cannot be converted to a string.
function textOf(value: unknown): string {
  return typeof value === 'string' ? value : (jsonText(value) ?? '');
}
