import { isScalar, visit } from 'yaml';
import { yamlChunks } from './yaml-chunks.ts';
import { plainScalar } from './yaml-scalars.ts';
import { syntaxOf } from './yaml-syntax.ts';

/** A word that kubectl reads differently from YAML 1.2 parsers. */
export interface Ambiguity {
  /** Both zero-based. */
  line: number;
  column: number;
  source: string;
  /** Its value for kubectl. */
  value: boolean | number | bigint;
}

const BOOLEAN = /^(true|True|TRUE|false|False|FALSE)$/;
const INTEGER = /^([-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+)$/;
const FLOAT = /^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$/;

/** Words that mean one thing to kubectl and another to the editor and other tools; none if the text is invalid. */
export function ambiguities(text: string): Ambiguity[] {
  try {
    return yamlChunks(text).flatMap((chunk) => syntaxOf(chunk.text).flatMap((document) => wordsOf(document, chunk)));
  } catch {
    return [];
  }
}

function wordsOf(document: ReturnType<typeof syntaxOf>[number], chunk: { text: string; line: number }): Ambiguity[] {
  const found: Ambiguity[] = [];
  visit(document, {
    Scalar: (_, node) => {
      if (!isScalar(node) || node.type !== 'PLAIN' || node.tag !== undefined || !node.range) return;
      const { source = '' } = node;
      const { value } = plainScalar(source);
      if (value === null || typeof value === 'string' || isSameInYaml12(source, value)) return;
      const before = chunk.text.slice(0, node.range[0]).split('\n');
      found.push({ line: chunk.line + before.length - 1, column: before.at(-1)?.length ?? 0, source, value });
    },
  });
  return found;
}

function isSameInYaml12(source: string, value: boolean | number | bigint): boolean {
  if (typeof value === 'boolean') return BOOLEAN.test(source);
  // In YAML 1.2 a leading zero does not mean octal.
  if (INTEGER.test(source)) return Number(source) === Number(value);
  return FLOAT.test(source) || /inf|nan/i.test(source);
}
