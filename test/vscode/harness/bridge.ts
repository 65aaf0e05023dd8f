import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { createServer } from 'node:http';
import path from 'node:path';
import { json } from 'node:stream/consumers';
import { stripVTControlCharacters } from 'node:util';
import type { Page } from 'playwright-core';
import { type BridgeRequest, bridgeVariable, type TestEvent, type WindowActions } from './page.ts';

export interface Bridge {
  /** For the extension host. */
  env: NodeJS.ProcessEnv;
  close(): void;
}

/** Serves the suite inside VS Code: passes its events out and its requests to the page. */
export async function openBridge(page: Promise<Page>, onEvent: (event: TestEvent) => void): Promise<Bridge> {
  const token = randomUUID();
  const actions = page.then(windowActions);
  // Callers of an action get the failure.
  actions.catch(() => {});
  const handle = async (request: BridgeRequest): Promise<unknown> => {
    if ('event' in request) return onEvent(request.event);
    const action: (...args: never[]) => Promise<unknown> = (await actions)[request.action];
    return action(...(request.args as never[]));
  };
  const server = createServer(async (request, response) => {
    if (request.url !== `/${token}`) {
      response.writeHead(404).end();
      return;
    }
    try {
      const answer = await handle((await json(request)) as BridgeRequest);
      response.end(JSON.stringify(answer ?? null));
    } catch (error) {
      // Playwright's messages are coloured.
      response.writeHead(500).end(JSON.stringify(stripVTControlCharacters(String(error))));
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The bridge has no port');
  return {
    env: { [bridgeVariable]: `http://127.0.0.1:${address.port}/${token}` },
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** The actions on a Playwright page. */
export function windowActions(page: Page): WindowActions {
  const texts = async (selector: string) => {
    const shown = await page.locator(selector).filter({ visible: true }).allInnerTexts();
    // The editor renders spaces as no-break spaces.
    return shown.map((text) => text.replaceAll('\u00a0', ' '));
  };
  return {
    press: (keys) => page.keyboard.press(keys),
    type: (text) => page.keyboard.type(text),
    click: (selector, options) => page.locator(selector).first().click(options),
    hover: (selector) => page.locator(selector).first().hover(),
    waitFor: (selector, options) => page.locator(selector).first().waitFor(options),
    text: async (selector) => {
      await page.locator(selector).first().waitFor();
      return (await texts(selector))[0] ?? '';
    },
    texts,
    attributes: async (selector, name) => {
      const shown = await page.locator(selector).filter({ visible: true }).all();
      return Promise.all(shown.map(async (one) => (await one.getAttribute(name)) ?? ''));
    },
    screenshot: async (name) => {
      const file = path.resolve('artifacts', 'screenshots', `${name}.png`);
      await mkdir(path.dirname(file), { recursive: true });
      await page.screenshot({ path: file });
      return file;
    },
  };
}
