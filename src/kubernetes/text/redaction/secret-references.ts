import { looksRandom } from './credential-values.ts';

/** As loggers and authors write it; in capitals it is a variable with a value. */
const SECRET = /^[sS]ecrets?$/;
const NAMESPACED = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\/[a-z0-9][a-z0-9.-]{0,252}$/;
/** What nobody chooses as a value: `super-secret-key` may be one. */
const WORDS = /^(?:[a-z]{1,40}[-.]){1,3}(?:tls|ssl|certs?|certificates?|ca|registry|pull|kubeconfig)$/;
/** A selector of what kube-state-metrics tells about Secrets. */
const METRIC = /\bkube_\w{1,60}\{[^{}\n]{0,100}$/;
/** What is called a Secret, in sentences and in what kubectl describes. */
const USE = /\b(?:image pull|pull|mountable|tls|existing)[ -]$/i;

/** Is the value under a name that says just "secret" the name of a Secret: `secret=shop/web-tls`? */
export function isSecretName(name: string, value: string): boolean {
  return SECRET.test(name) && (NAMESPACED.test(value) || WORDS.test(value)) && !looksRandom(value);
}

/** The name with the words that make it a reference, if such stand before it: `Image pull secrets`. */
export function withUse(before: string, name: string): string {
  if (!SECRET.test(name)) return name;
  return USE.test(before) ? `tls_${name}` : name;
}

/** Is it a label of a metric, not a value's name? */
export function isMetricLabel(before: string, name: string): boolean {
  return name === 'secret' && METRIC.test(before);
}
