import { CONTROL_STRING, ESCAPE_SEQUENCE, withTargets } from '../apimachinery/control-sequences.ts';

/** Terminal control sequences (ECMA-48). */
const SEQUENCES = [String.raw`(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]`, CONTROL_STRING, ESCAPE_SEQUENCE];
const SEQUENCE = new RegExp(SEQUENCES.join('|'), 'g');

/** Terminal output as lines of text: without colours and cursor movements, links replaced by their targets. */
export function terminalLines(text: string): string[] {
  return withTargets(text)
    .replace(SEQUENCE, '')
    .split(/[\r\n]+/);
}
