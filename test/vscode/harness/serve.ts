import { type CodeServer, type CodeServerOptions, startCodeServer } from './code-server.ts';

/** Serves VS Code for a person's own browser, on `folder` and with `extensions` installed, and prints its URL. */
export async function serveVsCode(options: CodeServerOptions & { folder: string }): Promise<CodeServer> {
  const server = await startCodeServer(options);
  console.log(`VS Code: ${server.origin}/`);
  return server;
}
