import { inputSchema } from '../core/input-schema.ts';
import type { InputSchema, Tool, ToolDeclaration } from '../core/tool.ts';
import { tools } from './tools.ts';

/** What is needed to list a tool, and to load it for its first call. */
export interface ListedTool extends ToolDeclaration {
  schema: InputSchema;
  /** Does it take several contexts at once? */
  inContexts: boolean;
  load(): Promise<Tool>;
}

/** Every tool; the build replaces this file with its value, which loads a tool when it is called. */
export const listedTools: readonly ListedTool[] = tools.map((tool) => ({
  ...declarationOf(tool),
  load: async () => tool,
}));

/** What the list shows of a tool. */
export function declarationOf(tool: Tool): Omit<ListedTool, 'load'> {
  const { input: _, run: __, besides: ___, runInContexts, ...declaration } = tool;
  return { ...declaration, schema: inputSchema(tool), inContexts: runInContexts !== undefined };
}
