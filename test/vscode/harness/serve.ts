import { type CodeServer, type CodeServerOptions, startCodeServer } from './code-server.ts';

/** Serves VS Code for the user's own browser, with `folder` open and `extensions` installed, and prints its URL. */
export async function serveVsCode(options: CodeServerOptions & { folder: string }): Promise<CodeServer> {
  const server = await startCodeServer(options);
  console.log(`VS Code: ${server.origin}/`);
  return server;
}
