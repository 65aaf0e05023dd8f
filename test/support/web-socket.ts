import { once } from 'node:events';
import { type WebSocket, WebSocketServer } from 'ws';

/** Starts a WebSocket server, closed after the test; returns its URL and the server's side of the first connection. */
export function webSocketServer(): (autoPong: boolean) => Promise<{ url: URL; peer: Promise<WebSocket> }> {
  let server: WebSocketServer;
  afterEach(() => {
    for (const peer of server.clients) peer.terminate();
    server.close();
  });
  return async (autoPong) => {
    server = new WebSocketServer({ port: 0, host: '127.0.0.1', autoPong });
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    const peer = once(server, 'connection').then(([socket]) => socket as WebSocket);
    return { url: new URL(`http://127.0.0.1:${port}/`), peer };
  };
}
