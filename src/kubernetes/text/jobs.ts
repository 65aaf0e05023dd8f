import { checkValue, LIMITS } from '../apimachinery/limits.ts';
import { parseKubeconfig } from './kubeconfig-text.ts';
import { redactText } from './redact-text.ts';
import { type Given, parseManifests, parseValue } from './yaml.ts';

/** The jobs that can run off the event loop, by name. */
export const jobs = {
  parseManifests: (text: string, given?: Given) => bounded(parseManifests(text, given)),
  parseValue: (text: string, what: string) => bounded(parseValue(text, what)),
  parseKubeconfig: (text: string) => bounded(parseKubeconfig(text)),
  redactText: (text: string) => redactText(text),
};

export type Jobs = typeof jobs;

function bounded<T>(value: T): T {
  checkValue(value, LIMITS.manifest);
  return value;
}
