import { build } from 'esbuild';
import { installPackage } from '../../support/npm.ts';

/** The SDK of MCP Apps, whose bridge is the hosts' side of the protocol. */
const SDK = { name: '@modelcontextprotocol/ext-apps', version: '2.0.4' };

const SCRIPT = `
import { AppBridge, PostMessageTransport } from '${SDK.name}/app-bridge';
window.show = async (html, result) => {
  document.querySelector('iframe')?.remove();
  const frame = document.createElement('iframe');
  frame.style.cssText = 'width: 100%; height: 600px; border: 0';
  frame.sandbox.add('allow-scripts');
  document.body.append(frame);
  const problems = [];
  const bridge = new AppBridge(null, { name: 'reference', version: '1' }, {}, { hostContext: { theme: 'dark' } });
  bridge.onerror = (error) => problems.push(String(error));
  const begun = new Promise((resolve) => { bridge.oninitialized = resolve; });
  const sized = new Promise((resolve) => { bridge.onsizechange = resolve; });
  await bridge.connect(new PostMessageTransport(frame.contentWindow, frame.contentWindow));
  frame.srcdoc = html;
  await begun;
  await bridge.sendToolInput({ arguments: {} });
  await bridge.sendToolResult(result);
  const { height } = await sized;
  await bridge.setHostContext({ theme: 'light' });
  window.end = () => bridge.teardownResource({});
  return { app: bridge.getAppVersion()?.name, modes: bridge.getAppCapabilities()?.availableDisplayModes, height, problems };
};`;

/** A page that shows views by the bridge of the protocol's own SDK. */
export async function referenceAppHost(): Promise<string> {
  const installed = await installPackage(SDK.name, SDK.version);
  const { outputFiles } = await build({
    stdin: { contents: SCRIPT, resolveDir: installed },
    bundle: true,
    format: 'esm',
    write: false,
    logLevel: 'silent',
  });
  const script = outputFiles[0]?.text.replaceAll('</script', '<\\/script') ?? '';
  return `<!DOCTYPE html><html><body style="margin: 0"><script type="module">${script}</script></body></html>`;
}
