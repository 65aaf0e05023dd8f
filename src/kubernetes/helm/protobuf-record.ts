import type { KubernetesObject } from '../apimachinery/objects.ts';

/** The magic bytes of a Kubernetes protobuf message; an envelope with the kind and the object follows. */
const MAGIC = Buffer.from([0x6b, 0x38, 0x73, 0x00]);

/** The value of a field: bytes, or a number. */
type Field = Buffer | number;
type Fields = Map<number, Field[]>;

/** Is it a protobuf object? Newer helm versions write only their release record this way. */
export function isProtobuf(bytes: Uint8Array): boolean {
  return MAGIC.equals(bytes.subarray(0, MAGIC.length));
}

/**
 * The Secret or ConfigMap in a message, as in JSON: its name, labels, data and type.
 * @throws SyntaxError for any other kind, and for a damaged message.
 */
export function readProtobufRecord(bytes: Buffer): KubernetesObject {
  const envelope = fieldsOf(bytes.subarray(MAGIC.length));
  const type = fieldsOf(bytesAt(envelope, 1));
  const [apiVersion, kind] = [textAt(type, 1), textAt(type, 2)];
  if (apiVersion !== 'v1' || (kind !== 'Secret' && kind !== 'ConfigMap'))
    throw new SyntaxError(`helm sent ${kind} in protobuf, which is read of its releases only`);
  if (!envelope.has(2)) throw new SyntaxError('helm sent a message that ends early');
  const object = fieldsOf(bytesAt(envelope, 2));
  const metadata = fieldsOf(bytesAt(object, 1));
  const isSecret = kind === 'Secret';
  return {
    apiVersion,
    kind,
    metadata: {
      name: textAt(metadata, 1),
      ...(metadata.has(3) && { namespace: textAt(metadata, 3) }),
      ...(metadata.has(6) && textAt(metadata, 6) !== '' && { resourceVersion: textAt(metadata, 6) }),
      labels: mapAt(metadata, 11, (value) => value.toString('utf8')),
      ...(metadata.has(12) && { annotations: mapAt(metadata, 12, (value) => value.toString('utf8')) }),
    },
    data: mapAt(object, 2, (value) => value.toString(isSecret ? 'base64' : 'utf8')),
    ...(isSecret && { type: textAt(object, 3) }),
  };
}

function fieldsOf(bytes: Buffer): Fields {
  const fields: Fields = new Map();
  let at = 0;
  const varint = () => {
    let value = 0;
    for (let shift = 0; shift < 64; shift += 7) {
      const byte = bytes[at];
      if (byte === undefined) throw new SyntaxError('helm sent a message that ends early');
      at += 1;
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
    throw new SyntaxError('helm sent a number that does not end');
  };
  while (at < bytes.length) {
    const tag = varint();
    const [field, wire] = [Math.floor(tag / 8), tag % 8];
    const known = fields.get(field) ?? [];
    fields.set(field, known);
    if (wire === 0) known.push(varint());
    else if (wire === 1 || wire === 5) at += wire === 1 ? 8 : 4;
    else if (wire === 2) {
      const length = varint();
      if (length > bytes.length - at) throw new SyntaxError('helm sent a message that ends early');
      known.push(bytes.subarray(at, at + length));
      at += length;
    } else throw new SyntaxError('helm sent a message of an unknown form');
  }
  return fields;
}

function bytesAt(fields: Fields, field: number): Buffer {
  const value = fields.get(field)?.at(-1);
  return value instanceof Buffer ? value : Buffer.alloc(0);
}

function textAt(fields: Fields, field: number): string {
  return bytesAt(fields, field).toString('utf8');
}

function mapAt(fields: Fields, field: number, read: (value: Buffer) => string): Record<string, string> {
  const entries = (fields.get(field) ?? []).flatMap((one) => (one instanceof Buffer ? [fieldsOf(one)] : []));
  return Object.fromEntries(entries.map((entry) => [textAt(entry, 1), read(bytesAt(entry, 2))]));
}
