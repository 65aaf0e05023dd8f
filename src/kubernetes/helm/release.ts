import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { UserError } from '../apimachinery/errors.ts';
import { LIMITS, LimitError, tooLong } from '../apimachinery/limits.ts';
import { isObject, type JsonObject } from '../apimachinery/objects.ts';
import { JsonReader } from '../text/json-reader.ts';

/** One revision of a release, as Helm stores it. */
export interface Release {
  name: string;
  namespace: string;
  revision: number;
  status: string;
  /** Helm's description of the last operation: `Upgrade "web" failed: …`. */
  description: string;
  firstDeployed: string;
  lastDeployed: string;
  chart: ChartInfo;
  /** The user's values. */
  config: JsonObject;
  /** The chart's default values. */
  defaults: JsonObject;
  manifest: string;
  hooks: Hook[];
  notes: string;
}

export interface ChartInfo {
  name: string;
  version: string;
  appVersion: string;
  /** As Helm stores it: templates, files and schema. */
  stored: JsonObject;
}

/** An object that Helm creates at some point of an operation, and does not count as part of the release. */
export interface Hook {
  name: string;
  kind: string;
  manifest: string;
  events: string[];
  /** The result of its last run; '' before the first. */
  phase: string;
}

/** A release that cannot be read, and why. */
export class ReleaseError extends UserError {
  override name = 'ReleaseError';
}

const GZIP = Buffer.from([0x1f, 0x8b, 0x08]);
const unpack = promisify(gunzip);

/**
 * The release in the payload of a Secret (`secret`, where the API server adds its own base64) or ConfigMap.
 * @throws ReleaseError for an invalid payload, or one larger than Helm could have written.
 */
export async function decodeRelease(payload: unknown, kind: 'secret' | 'configmap'): Promise<Release> {
  try {
    if (typeof payload !== 'string' || payload === '') throw new Error('it has no payload under the key "release"');
    const text = kind === 'secret' ? Buffer.from(payload, 'base64').toString('latin1') : payload;
    const bytes = Buffer.from(text, 'base64');
    const reader = new JsonReader(LIMITS.release);
    reader.push(await unpacked(bytes));
    return releaseOf(await reader.read());
  } catch (error) {
    const reason = error instanceof SyntaxError ? 'its payload is not JSON' : (error as Error).message;
    throw new ReleaseError(reason);
  }
}

// Helm before 2.7 wrote without compression, and Helm still reads that.
async function unpacked(bytes: Buffer): Promise<Buffer> {
  if (!bytes.subarray(0, GZIP.length).equals(GZIP)) return bytes;
  try {
    return await unpack(bytes, { maxOutputLength: LIMITS.release.bytes });
  } catch (error) {
    const { code } = error as { code?: string };
    if (code === 'ERR_BUFFER_TOO_LARGE') throw tooLong(LIMITS.release.bytes);
    throw new LimitError('its payload cannot be decompressed: it is damaged, or only a part of it');
  }
}

function releaseOf(value: unknown): Release {
  if (!isObject(value)) throw new Error('its payload is not an object');
  const info = objectIn(value, 'info');
  const chart = objectIn(value, 'chart');
  const metadata = objectIn(chart, 'metadata');
  return {
    name: textIn(value, 'name'),
    namespace: textIn(value, 'namespace'),
    revision: typeof value.version === 'number' ? value.version : 0,
    status: textIn(info, 'status') || 'unknown',
    description: textIn(info, 'description'),
    firstDeployed: textIn(info, 'first_deployed'),
    lastDeployed: textIn(info, 'last_deployed'),
    chart: {
      name: textIn(metadata, 'name'),
      version: textIn(metadata, 'version'),
      appVersion: textIn(metadata, 'appVersion'),
      stored: chart,
    },
    config: objectIn(value, 'config'),
    defaults: objectIn(chart, 'values'),
    manifest: textIn(value, 'manifest'),
    hooks: (Array.isArray(value.hooks) ? value.hooks : []).filter(isObject).map(hookOf),
    notes: textIn(info, 'notes'),
  };
}

function hookOf(value: JsonObject): Hook {
  const events = Array.isArray(value.events) ? value.events.filter((one) => typeof one === 'string') : [];
  return {
    name: textIn(value, 'name'),
    kind: textIn(value, 'kind'),
    manifest: textIn(value, 'manifest'),
    events,
    phase: textIn(objectIn(value, 'last_run'), 'phase'),
  };
}

function objectIn(value: JsonObject, key: string): JsonObject {
  const member = value[key];
  return isObject(member) ? member : {};
}

function textIn(value: JsonObject, key: string): string {
  const member = value[key];
  return typeof member === 'string' ? member : '';
}
