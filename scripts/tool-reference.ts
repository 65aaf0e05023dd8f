/** Part of `npm run docs`: writes docs/tools.md from the tools' declarations and their answers to the example calls. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { inputSchema } from '../src/server/core/input-schema.ts';
import type { Tool } from '../src/server/core/tool.ts';
import { tools } from '../src/server/mcp/tools.ts';
import { code, isUsual, neededSettings, table } from './readme.ts';

interface Property {
  type: string;
  description?: string;
  enum?: string[];
  items?: { type: string };
  default?: unknown;
  minimum?: number;
  maximum?: number;
}

const page = new URL('../docs/tools.md', import.meta.url);
const snapshots = new URL('../test/server/snapshots/', import.meta.url);
/** Of an example's answer, to keep the page readable. */
const MAX_LINES = 24;

const INTRODUCTION = `# Tools

What each tool takes and answers, made by \`npm run docs\` from the tools themselves. A tool without a switch only reads. Toolsets are
switched on by \`mcpK8s.toolsets\`. What makes a controller delete, such as a taint \`NoExecute\` or a finalizer that goes, needs
\`mcpK8s.enableDelete\` too, except by Helm, whose own switches cover it. With several allowed contexts each tool of a cluster also takes
\`context\`. The examples are answers on the demo cluster, with what is another each time in angle brackets; more of them, errors too, are
in [test/server/snapshots](../test/server/snapshots).`;

/** The generated page. */
export function toolReference(): string {
  const contents = tools.map(({ name }) => `[${name}](#${name})`).join(' · ');
  return `${[INTRODUCTION, contents, ...tools.map(section)].join('\n\n')}\n`;
}

function section(tool: Tool): string {
  const { name, description, access, toolset = 'core' } = tool;
  const isOff = isUsual(toolset) ? '' : ', off by default';
  return [
    `## ${name}`,
    description,
    `Access: ${access}. Switch: ${neededSettings(tool) || 'none'}. Toolset: ${code(toolset)}${isOff}.`,
    ...parameters(tool),
    ...example(name),
  ].join('\n\n');
}

function parameters(tool: Tool): string[] {
  const { properties, required = [] } = inputSchema(tool);
  const rows = Object.entries(properties as Record<string, Property>).map(([name, property]) => [
    `${code(name)}${required.includes(name) ? ' *' : ''}`,
    typeText(property),
    property.default === undefined ? '' : code(JSON.stringify(property.default)),
    property.description ?? '',
  ]);
  return rows.length === 0 ? [] : [table(['parameter', 'type', 'default', ''], rows)];
}

function typeText({ type, enum: values, items, minimum, maximum }: Property): string {
  if (values) return values.map(code).join(', ');
  if (items) return `list of ${items.type}`;
  // Omit bounds that JSON cannot exceed anyway.
  const [from, to] = [minimum, maximum].map((bound) => (Number.isSafeInteger(bound) ? bound : undefined));
  if (from === undefined && to === undefined) return type;
  return to === undefined || Math.abs(to) === Number.MAX_SAFE_INTEGER
    ? `${type}, from ${from}`
    : `${type}, ${from} to ${to}`;
}

/** The first call in its snapshot. */
function example(name: string): string[] {
  const file = new URL(`${name}.md`, snapshots);
  if (!existsSync(file)) return [];
  const [, first = ''] = readFileSync(file, 'utf8').split(/^## /m);
  const [, title = '', call = '', answer = ''] =
    /^(.*)\n[\s\S]*?^`{3}yaml\n([\s\S]*?)^`{3}$[\s\S]*?^`{3}text\n([\s\S]*?)\n`{3}$/m.exec(first) ?? [];
  const lines = answer.split('\n');
  const shown = [...lines.slice(0, MAX_LINES), ...(lines.length > MAX_LINES ? ['…'] : [])];
  const input = call === '' ? [] : [`\`\`\`yaml\n${call}\`\`\``];
  return [`${title}:`, ...input, `\`\`\`text\n${shown.join('\n')}\n\`\`\``];
}

if (import.meta.main) writeFileSync(page, toolReference());
