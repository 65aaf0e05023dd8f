/**
 * A page that shows views of MCP Apps as hosts do: each in a sandboxed frame, under the policy that the extension
 * prescribes, and by its messages. What a view says is kept in `window.said`.
 */
export const APP_HOST = `<!DOCTYPE html>
<html><body style="margin: 0">
<script>
window.said = [];
const POLICY = "default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; " +
  "img-src 'self' data:; media-src 'self' data:; connect-src 'none'; frame-src 'none'; object-src 'none'; base-uri 'self'";
let frame;
let begun;
window.open = (html, hostContext) => {
  frame?.remove();
  window.said = [];
  frame = document.createElement('iframe');
  frame.style.cssText = 'width: 100%; height: 600px; border: 0';
  frame.sandbox.add('allow-scripts');
  frame.srcdoc = html.replace('<head>', '<head><meta http-equiv="Content-Security-Policy" content="' + POLICY + '">');
  const ready = new Promise((resolve) => {
    begun = (method) => method === 'ui/notifications/initialized' && resolve();
  });
  window.hostContext = hostContext;
  document.body.append(frame);
  return ready;
};
window.tell = (message) => frame.contentWindow.postMessage({ jsonrpc: '2.0', ...message }, '*');
window.addEventListener('message', ({ source, data }) => {
  if (source !== frame?.contentWindow) return;
  window.said.push(data);
  if (data.method === 'ui/initialize')
    window.tell({
      id: data.id,
      result: {
        protocolVersion: '2026-01-26',
        hostInfo: { name: 'test', version: '1' },
        hostCapabilities: { serverTools: {} },
        hostContext: window.hostContext,
      },
    });
  if (data.method === 'ui/notifications/size-changed') frame.style.height = data.params.height + 'px';
  begun(data.method);
});
</script>
</body></html>`;
