/** What a host says of its look. */
interface HostContext {
  theme?: unknown;
  styles?: { variables?: unknown };
}

interface Message {
  jsonrpc: '2.0';
  id?: string | number;
  method?: string;
  params?: Record<string, unknown>;
  result?: { hostContext?: HostContext };
}

export interface HostListener {
  /** The texts of the call's answer. */
  onAnswer(texts: readonly string[], isError: boolean): void;
  onCancelled(): void;
}

/** The revision of MCP Apps. */
const REVISION = '2026-01-26';
const HANDSHAKE = 1;

/** The host of this view, by messages of JSON-RPC: the view asks it for nothing but to be begun. */
export class Host {
  readonly #listener: HostListener;

  constructor(listener: HostListener) {
    this.#listener = listener;
    window.addEventListener('message', ({ source, data }) => {
      // Only the page around this one is the host.
      if (source === window.parent && isMessage(data)) this.#receive(data);
    });
    const params = {
      protocolVersion: REVISION,
      appInfo: { name: 'mcp-k8s', version: '1' },
      appCapabilities: { availableDisplayModes: ['inline', 'fullscreen'] },
    };
    this.#send({ jsonrpc: '2.0', id: HANDSHAKE, method: 'ui/initialize', params });
  }

  #receive({ id, method, params = {}, result }: Message): void {
    if (method === undefined) {
      if (id === HANDSHAKE && result) this.#begin(result.hostContext);
      return;
    }
    if (id !== undefined) this.#answer(id, method);
    else if (method === 'ui/notifications/tool-result')
      this.#listener.onAnswer(textsOf(params), params.isError === true);
    else if (method === 'ui/notifications/tool-cancelled') this.#listener.onCancelled();
    else if (method === 'ui/notifications/host-context-changed') dress(params);
  }

  #begin(context: HostContext | undefined): void {
    if (context) dress(context);
    this.#notify('ui/notifications/initialized', {});
    const page = document.documentElement;
    new ResizeObserver(() => {
      this.#notify('ui/notifications/size-changed', { width: page.scrollWidth, height: page.offsetHeight });
    }).observe(page);
  }

  #answer(id: string | number, method: string): void {
    const isKnown = method === 'ping' || method === 'ui/resource-teardown';
    if (isKnown) this.#send({ jsonrpc: '2.0', id, result: {} });
    else this.#send({ jsonrpc: '2.0', id, error: { code: -32601, message: `This view has no ${method}.` } });
  }

  #notify(method: string, params: object): void {
    this.#send({ jsonrpc: '2.0', method, params });
  }

  // Nothing that is sent is secret, and a sandboxed page does not know its host's origin.
  #send(message: object): void {
    window.parent.postMessage(message, '*');
  }
}

function isMessage(data: unknown): data is Message {
  return typeof data === 'object' && data !== null && 'jsonrpc' in data && data.jsonrpc === '2.0';
}

function textsOf({ content }: Record<string, unknown>): string[] {
  const parts: unknown[] = Array.isArray(content) ? content : [];
  return parts.flatMap((part) =>
    typeof part === 'object' && part !== null && 'text' in part && typeof part.text === 'string' ? [part.text] : [],
  );
}

/** Takes over the host's theme: its variables, by the names that the extension has for them. */
function dress({ theme, styles }: HostContext): void {
  const { style } = document.documentElement;
  if (theme === 'light' || theme === 'dark') style.colorScheme = theme;
  for (const [name, value] of Object.entries(styles?.variables ?? {}))
    if (/^--[a-z\d-]+$/.test(name) && typeof value === 'string') style.setProperty(name, value);
}
