import { LIMITS, LimitError, tooDeep, tooLong } from '../apimachinery/limits.ts';
import type { KubernetesObject } from '../apimachinery/objects.ts';
import type { Jobs } from './jobs.ts';
import type { KubeconfigText } from './kubeconfig-text.ts';
import { offLoop } from './off-loop.ts';
import type { Given } from './yaml.ts';

/** A text up to this length with at most this many signs parses in milliseconds, whatever it says. */
const LIGHT = { characters: 256_000, signs: 2_500 };
/** A text up to this length is redacted in milliseconds, in characters. */
const SHORT = 128_000;

/** The objects of an untrusted YAML or JSON text, see `parseManifests`. @throws UserError */
export function readManifests(text: string, given?: Given): Promise<KubernetesObject[]> {
  return read('The manifest', text, 'parseManifests', text, given);
}

/** An untrusted YAML or JSON value, see `parseValue`. @throws UserError */
export function readValue(text: string, what: string): Promise<unknown> {
  return read(what, text, 'parseValue', text, what);
}

/** The content of a kubeconfig's text, see `parseKubeconfig`. @throws UserError */
export function readKubeconfigText(text: string): Promise<KubeconfigText> {
  return read('', text, 'parseKubeconfig', text);
}

/** A text without credentials, see `redactText`. */
export async function readRedacted(text: string): Promise<string> {
  return text.length > SHORT ? offLoop('redactText', text) : (await import('./redact-text.ts')).redactText(text);
}

async function read<Name extends keyof Jobs>(
  what: string,
  text: string,
  name: Name,
  ...args: Parameters<Jobs[Name]>
): Promise<ReturnType<Jobs[Name]>> {
  try {
    if (text.length > LIMITS.manifest.bytes) throw tooLong(LIMITS.manifest.bytes);
    refuseOpenings(text);
    if (!isLight(text)) return await offLoop(name, ...args);
    const { jobs } = await import('./jobs.ts');
    return (jobs[name] as (...args: Parameters<Jobs[Name]>) => ReturnType<Jobs[Name]>)(...args);
  } catch (error) {
    throw error instanceof LimitError ? new LimitError(`${what} cannot be read: ${error.message}.`.trim()) : error;
  }
}

// A parser keeps all opening brackets until the end: memory runs out before time does.
function refuseOpenings(text: string): void {
  let open = 0;
  for (let at = 0; at < text.length; at += 1) {
    const sign = text.charAt(at);
    if (sign === '[' || sign === '{') open += 1;
    else if (sign > ' ') open = 0;
    if (open > LIMITS.manifest.depth) throw tooDeep(LIMITS.manifest.depth);
  }
}

/** Parsing time depends on signs, not on letters; indentation counts as one. */
function isLight(text: string): boolean {
  if (text.length > LIGHT.characters) return false;
  const signs = /[^\w +/=]| (?! )/g;
  for (let count = 0; signs.exec(text); count += 1) if (count === LIGHT.signs) return false;
  return true;
}
