import {
  Composer,
  type CST,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  Lexer,
  type Node,
  Parser,
  type Scalar,
  visit,
} from 'yaml';
import { blockText } from './yaml-blocks.ts';
import { isJson } from './yaml-chunks.ts';

const MAX_MESSAGE_LENGTH = 300;
/** Characters that kubectl's library refuses, or takes for the end of a line, which others do not. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
export const INVISIBLE = /[\0-\x08\x0b\x0c\r\x0e-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]/;

/** A text that is refused, with its line. */
export class YamlProblem extends Error {
  override name = 'YamlProblem';
  readonly offset: number | undefined;
  /** The text is not valid YAML; otherwise it has no meaning in JSON. */
  readonly isSyntax: boolean;
  /** Counted in the whole text, not in the document. */
  line: number | undefined;

  constructor(message: string, offset?: number, isSyntax = false) {
    // Messages quote the text, which may be one long line.
    super(message.length > MAX_MESSAGE_LENGTH ? `${message.slice(0, MAX_MESSAGE_LENGTH)}…` : message);
    this.offset = offset;
    this.isSyntax = isSyntax;
  }
}

/** A text's documents as trees of uninterpreted scalars. @throws YamlProblem for the first problem. */
export function syntaxOf(text: string): Document.Parsed[] {
  const invisible = INVISIBLE.exec(text);
  if (invisible && !isJson(text)) {
    const code = invisible[0].charCodeAt(0).toString(16).toUpperCase().padStart(4, '0');
    throw new YamlProblem(`it holds the character U+${code}, which not every reader sees: escape it`, invisible.index);
  }
  const composer = new Composer({
    schema: 'failsafe',
    resolveKnownTags: false,
    uniqueKeys: false,
    prettyErrors: false,
    keepSourceTokens: true,
  });
  const documents = [...composer.compose(tokensOf(text))];
  const [first] = documents;
  const [problem] = (first ?? composer.streamInfo()).errors;
  if (problem?.message.startsWith('Maximum call stack')) throw new YamlProblem('it is nested too deeply');
  if (problem) throw new YamlProblem(problem.message.split('\n')[0] ?? '', problem.pos[0], true);
  if (first) refuseDirectives(first);
  if (first) refuseTabs(first, text);
  if (first && !isJson(text)) refuseFarColons(first, text);
  return documents;
}

/** The part of the library's lexer that reads names of aliases. */
interface NameLexer {
  pushUntil(ends: (sign: string) => boolean): Generator<string, number>;
}

/** Tokens as in YAML 1.1, where an alias ends before a colon: in YAML 1.2 the colon of `*a: b` is part of its name. */
function* tokensOf(text: string): Generator<CST.Token> {
  const lexer = new Lexer();
  const names = lexer as unknown as NameLexer;
  const pushUntil = names.pushUntil.bind(lexer);
  names.pushUntil = (ends) => {
    let isAlias: boolean | undefined;
    return pushUntil((sign) => {
      isAlias ??= sign === '*';
      return ends(sign) || (isAlias && sign === ':');
    });
  };
  const parser = new Parser();
  for (const lexeme of lexer.lex(text)) yield* parser.next(lexeme);
  yield* parser.end();
}

/** kubectl reads YAML 1.1, and refuses a directive for another version. */
function refuseDirectives({ directives, warnings }: Document.Parsed): void {
  const { explicit, version } = directives.yaml;
  if (explicit && version !== '1.1')
    throw new YamlProblem(
      `the directive %YAML ${version} is for another reader, Kubernetes reads 1.1: leave it out`,
      0,
    );
  const [unknown] = warnings;
  const name = /^Unknown directive (%\S+)/.exec(unknown?.message ?? '')?.[1];
  if (name) throw new YamlProblem(`the directive ${name} means nothing to Kubernetes: leave it out`, unknown?.pos[0]);
}

/** kubectl's library does not accept tabs as indentation; in flow style and inside scalars they may occur anywhere. */
function refuseTabs(document: Document, text: string): void {
  const tabs = [...text.matchAll(/^ *(?:[-?:] *)*\t/gm)].map(({ 0: { length }, index }) => index + length - 1);
  if (tabs.length === 0) return;
  const free: [number, number][] = [];
  visit(document, {
    Node: (_, node) => {
      const isFree = isScalar(node) ? node.type !== 'PLAIN' : !isAlias(node) && node.flow;
      if (isFree && node.range) free.push([node.range[0], node.range[1]]);
    },
  });
  const tab = tabs.find((place) => !free.some(([start, end]) => place >= start && place < end));
  if (tab !== undefined) throw new YamlProblem('a tab indents a line: use spaces', tab, true);
}

/** kubectl's library wants a colon on the line of its key, or exactly below the question mark before it. */
function refuseFarColons(document: Document, text: string): void {
  const column = (offset: number) => offset - text.lastIndexOf('\n', offset - 1);
  visit(document, {
    Map: (_, { items, flow }) => {
      for (const { srcToken } of items) {
        const colon = srcToken?.sep?.find(({ type }) => type === 'map-value-ind');
        if (!colon) continue;
        const question = srcToken?.start.find(({ type }) => type === 'explicit-key-ind');
        const isFar = question
          ? !flow && column(question.offset) !== column(colon.offset)
          : srcToken?.sep?.some(({ type, offset }) => type === 'newline' && offset < colon.offset);
        if (isFar) throw new YamlProblem('a colon stands apart from its key: put both on one line', colon.offset, true);
      }
    },
  });
}

/** The node each alias refers to: the last one above it with that anchor. */
export function aliasTargets(document: Document): Map<Node, Node> {
  const targets = new Map<Node, Node>();
  const anchors = new Map<string, Node>();
  visit(document, {
    Node: (_, node) => {
      if (isAlias(node)) {
        const target = anchors.get(node.source);
        if (target) targets.set(node, target);
      } else if (node.anchor !== undefined) {
        if (!/^[\w-]+$/.test(node.anchor))
          throw new YamlProblem(`the anchor &${node.anchor} has a name of more than letters and digits`, at(node));
        anchors.set(node.anchor, node);
      }
    },
  });
  return targets;
}

/** The text of a block scalar; undefined for other scalars. */
export function blockOf({ srcToken, range }: Scalar, text: string): string | undefined {
  if (srcToken?.type !== 'block-scalar' || !range) return undefined;
  const header = text.indexOf('\n', range[0]);
  // Trailing empty lines are part of it, whatever the library says.
  const end = range[1] + (/^(?: *\n)*/.exec(text.slice(range[1]))?.[0].length ?? 0);
  const source = text.slice(header + 1, end);
  const value = blockText({ header: text.slice(range[0], header).replace(/#.*/, ''), indent: srcToken.indent, source });
  if (value === undefined) throw new YamlProblem('a tab indents a line: use spaces', range[0], true);
  return value;
}

/** A node's character position in its text. */
export function at(node: unknown): number | undefined {
  return (isScalar(node) || isAlias(node) || isMap(node) || isSeq(node)) && node.range ? node.range[0] : undefined;
}
