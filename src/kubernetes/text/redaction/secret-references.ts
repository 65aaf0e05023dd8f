import { looksRandom } from './credential-values.ts';

/** As loggers and authors write it; in capitals it is a variable with a value. */
const SECRET = /^[sS]ecrets?$/;
/** With digits it may as well be a value. */
const NAMESPACED = /^[a-z](?:[a-z-]{0,61}[a-z])?\/[a-z](?:[a-z.-]{0,251}[a-z])?$/;
/** A selector of what kube-state-metrics tells about Secrets. */
const METRIC =
  /\bkube_(?:secret|pod|ingress|serviceaccount|persistentvolume\w{0,20}|certificate\w{0,20})_\w{1,60}\{[^{}\n]{0,100}$/;
/** What kubectl describes of a service account. */
const USE = /(?:^|\n)(?:Image pull|Mountable) $/;

/** Is the value under a name that says just "secret" the name of a Secret: `secret=shop/web-tls`? */
export function namesSecret(name: string, value: string): boolean {
  return SECRET.test(name) && NAMESPACED.test(value) && !looksRandom(value);
}

/** The name with the words that make it a reference, if such stand before it: `Image pull secrets`. */
export function withUse(before: string, name: string): string {
  return name === 'secrets' && USE.test(before) ? `pull_${name}` : name;
}

/** Is it a label of a metric, not a value's name? */
export function isMetricLabel(before: string, name: string, sign: string): boolean {
  return name === 'secret' && /^=/.test(sign) && METRIC.test(before);
}
