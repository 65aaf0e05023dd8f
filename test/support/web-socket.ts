import { once } from 'node:events';
import { type WebSocket, WebSocketServer } from 'ws';

/** Starts WebSocket servers, closed after the test; returns the URL and the server's side of the first connection. */
export function webSocketServer(): (autoPong: boolean) => Promise<{ url: URL; peer: Promise<WebSocket> }> {
  const servers: WebSocketServer[] = [];
  afterEach(() => {
    for (const server of servers.splice(0)) {
      for (const peer of server.clients) peer.terminate();
      server.close();
    }
  });
  return async (autoPong) => {
    const server = new WebSocketServer({ port: 0, host: '127.0.0.1', autoPong });
    servers.push(server);
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    const peer = once(server, 'connection').then(([socket]) => socket as WebSocket);
    return { url: new URL(`http://127.0.0.1:${port}/`), peer };
  };
}
