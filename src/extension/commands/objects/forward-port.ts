import type { Socket } from 'node:net';
import * as vscode from 'vscode';
import type { ChosenObject } from '../../browse/choose-object.ts';
import { shortContext } from '../../common/context-name.ts';
import { type ForwardedTo, likelyLocalPort, PortForward } from '../../forwards/port-forward.ts';
import { canDo } from '../../views/actions.ts';
import type { App } from '../parts/app.ts';
import { podsOfObject } from '../parts/pods-of-object.ts';
import { theObject } from '../parts/the-object.ts';

type Remote = { port: number; target: number | string };

/** Forwards a local port to a pod, or to a pod behind a Service or workload. */
export async function forwardPort(app: App, argument?: unknown): Promise<void> {
  const title = vscode.l10n.t('Port Forward');
  const chosen = await theObject(app, argument, title, (resource) => canDo('forward', resource));
  if (!chosen) return;
  const { target, connection, resource, namespace, name } = chosen;
  const context = connection.context.name;
  // Checked before any question: like exec, a forward opens a way into a container.
  const { signal } = new AbortController();
  const writer = await app.writes.writer({ target, context, confirm: async () => undefined, signal });
  const remote = await whichPort(chosen);
  if (!remote) return;
  const local = await whichLocalPort(remote.port);
  if (local === undefined) return;
  const what = `${resource.kind} ${namespace}/${name}`;
  const to: ForwardedTo = { what, context, port: remote.port, join: (socket) => join(app, chosen, remote, socket) };
  const { changeOf } = await import('../../../kubernetes/writes/target.ts');
  const summary = `Port forward from localhost to port ${remote.port}`;
  const change = { ...changeOf({ resource, namespace, name }, connection, 'exec', {}), summary };
  const forward = await writer.write(change, () => startOn(app, to, local));
  if (forward) void offer(app, forward);
}

/** Stops a forward: the selected one, or one the user chooses. */
export async function stopPortForward({ forwards }: App, argument?: unknown): Promise<void> {
  const forward = argument instanceof PortForward ? argument : await whichForward(forwards.all);
  if (forward) forwards.stop(forward);
}

/** Opens a forwarded port in the browser, which may run on another machine than VS Code's server. */
export async function openForwarded({ forwards }: App, argument?: unknown): Promise<void> {
  const forward = argument instanceof PortForward ? argument : await whichForward(forwards.all);
  if (forward) await vscode.env.openExternal(vscode.Uri.parse(`http://localhost:${forward.localPort}/`));
}

// Resolved for each connection: pods come and go, and so do permissions.
async function join(app: App, chosen: ChosenObject, { target: port }: Remote, socket: Socket): Promise<void> {
  const [{ joinToPod }, { portInPod, reachablePod }] = await Promise.all([
    import('../../../kubernetes/workloads/port-forward.ts'),
    import('../../../kubernetes/workloads/ports.ts'),
  ]);
  const target = (await app.targets.named(chosen.target.name)) ?? chosen.target;
  const connection = await app.clusters.connect(target, chosen.connection.context.name);
  const { pods } = await podsOfObject({ ...chosen, connection });
  const pod = reachablePod(pods, `${chosen.resource.kind} ${chosen.name}`);
  const podPort = { namespace: chosen.namespace, pod: pod.metadata?.name ?? '', port: portInPod(pod, port) };
  await joinToPod(connection.client, podPort, socket, (problem) => app.log.warn(`${podPort.pod}: ${problem}`));
}

async function whichPort(chosen: ChosenObject): Promise<Remote | undefined> {
  const title = vscode.l10n.t('Port of {0} {1}', chosen.resource.kind, chosen.name);
  const [{ object, pods }, { offeredPorts }] = await Promise.all([
    podsOfObject(chosen),
    import('../../../kubernetes/workloads/ports.ts'),
  ]);
  const items = offeredPorts(object, pods).map((remote) => ({
    label: String(remote.port),
    description: remote.name ?? '',
    remote,
  }));
  const other = { label: vscode.l10n.t('Another port…'), description: '', remote: undefined };
  const item = items.length === 0 ? other : await vscode.window.showQuickPick([...items, other], { title });
  if (!item) return undefined;
  if (item.remote) return item.remote;
  const port = await typedPort(title, '');
  return port === undefined ? undefined : { port, target: port };
}

function whichLocalPort(remote: number): Promise<number | undefined> {
  return typedPort(vscode.l10n.t('Port of This Machine'), String(likelyLocalPort(remote)));
}

async function typedPort(title: string, value: string): Promise<number | undefined> {
  const text = await vscode.window.showInputBox({
    ...{ title, value, prompt: vscode.l10n.t('A number from 1 to 65535') },
    validateInput: (typed) =>
      /^\d+$/.test(typed) && Number(typed) > 0 && Number(typed) < 65_536
        ? undefined
        : vscode.l10n.t('Type a number from 1 to 65535.'),
  });
  return text === undefined ? undefined : Number(text);
}

async function startOn(
  { forwards }: Pick<App, 'forwards'>,
  to: ForwardedTo,
  local: number,
): Promise<PortForward | undefined> {
  try {
    return await forwards.start(to, local);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code !== 'EADDRINUSE' && code !== 'EACCES') throw error;
    const title =
      code === 'EACCES' ? vscode.l10n.t('You may not use port {0}', local) : vscode.l10n.t('Port {0} is in use', local);
    const free = { label: vscode.l10n.t('Use a free port') };
    const other = { label: vscode.l10n.t('Another port…') };
    const answer = await vscode.window.showQuickPick([free, other], { title, ignoreFocusOut: true });
    if (!answer) return undefined;
    const next = answer === free ? 0 : await typedPort(vscode.l10n.t('Port of This Machine'), String(local + 1));
    return next === undefined ? undefined : startOn({ forwards }, to, next);
  }
}

async function offer(app: App, forward: PortForward): Promise<void> {
  const { to, localPort } = forward;
  const open = vscode.l10n.t('Open in Browser');
  const stop = vscode.l10n.t('Stop');
  const message = vscode.l10n.t(
    'localhost:{0} leads to port {1} of {2} in context {3}.',
    ...[localPort, to.port, to.what, shortContext(to.context)],
  );
  const answer = await vscode.window.showInformationMessage(message, open, stop);
  if (answer === open) await openForwarded(app, forward);
  if (answer === stop) app.forwards.stop(forward);
}

async function whichForward(all: readonly PortForward[]): Promise<PortForward | undefined> {
  if (all.length === 0) {
    void vscode.window.showInformationMessage(vscode.l10n.t('No port is forwarded.'));
    return undefined;
  }
  const items = all.map((forward) => ({
    label: `localhost:${forward.localPort}`,
    description: `${forward.to.what}:${forward.to.port} · ${shortContext(forward.to.context)}`,
    forward,
  }));
  return (await vscode.window.showQuickPick(items, { title: vscode.l10n.t('Port Forwards') }))?.forward;
}
