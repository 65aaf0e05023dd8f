import * as vscode from 'vscode';
import { UserError } from '../../../kubernetes/apimachinery/errors.ts';
import { BACK, CANCELLED } from '../../browse/ask.ts';
import { Picker } from '../../browse/picker.ts';
import type { Choice } from '../../browse/question-session.ts';
import { httpConfiguration, MCP_CLIENTS } from '../../servers/client-configurations.ts';
import type { Served } from '../../servers/http-serving.ts';
import { serverLabel } from '../../settings/server-definition.ts';
import { clusterStatus } from '../../status/cluster-status.ts';
import { isTrustedOrExplained } from '../../targets/setting-writing.ts';
import type { Target } from '../../targets/targets.ts';
import type { App } from '../parts/app.ts';
import { chooseClient } from '../parts/choose-client.ts';
import { chooseTarget } from '../parts/choose-target.ts';

type Action = 'url' | 'token' | 'configuration' | 'stop';

/** Serves this workspace's cluster to clients on this machine, or shows how to reach a running server. */
export async function serveOverHttp(app: App): Promise<void> {
  const title = vscode.l10n.t('Serve over HTTP');
  const message = vscode.l10n.t('Trust this workspace first: until then its cluster cannot be served.');
  if (!(await isTrustedOrExplained(message))) return;
  const target = await chooseTarget(app, title);
  if (!target) return;
  await offer(app, app.serving.of(target) ?? (await start(app, target)), title);
}

async function start({ serving }: App, target: Target): Promise<Served> {
  // The server would report it on its first call; the user is here now.
  const { problem } = await clusterStatus(target);
  if (problem !== undefined) throw new UserError(problem);
  return serving.start(target);
}

/** Shows the URL and token to copy, until the user leaves. */
async function offer({ serving, log }: App, served: Served, title: string): Promise<void> {
  const picker = new Picker(log);
  const copied = new Set<Action>();
  try {
    for (;;) {
      const action = await picker.choose<Action>({
        title,
        placeholder: vscode.l10n.t('Who has the token may do from this machine what agents may do here'),
        canGoBack: false,
        load: async (show) => show(choices(served, copied)),
      });
      switch (action) {
        case BACK:
        case CANCELLED:
          return;
        case 'url':
        case 'token':
          await vscode.env.clipboard.writeText(served[action]);
          copied.add(action);
          break;
        case 'configuration':
          return await copyConfiguration(served, title);
        case 'stop':
          await serving.stop(served);
          vscode.window.setStatusBarMessage(vscode.l10n.t('$(check) Not served over HTTP any more'), 5_000);
          return;
      }
    }
  } finally {
    picker.dispose();
  }
}

function choices({ url }: Served, copied: ReadonlySet<Action>): Choice<Action>[] {
  const urlLabel = copied.has('url') ? vscode.l10n.t('$(check) URL Copied') : vscode.l10n.t('$(link) Copy URL');
  const tokenLabel = copied.has('token') ? vscode.l10n.t('$(check) Token Copied') : vscode.l10n.t('$(key) Copy Token');
  return [
    { label: urlLabel, description: url, value: 'url' },
    // Not shown: screens are shared, and pictures of them kept.
    { label: tokenLabel, description: vscode.l10n.t('a secret, only for the clipboard'), value: 'token' },
    {
      label: vscode.l10n.t('$(json) Copy Configuration…'),
      description: vscode.l10n.t('for a client, with URL and token'),
      value: 'configuration',
    },
    {
      label: vscode.l10n.t('$(debug-stop) Stop'),
      description: vscode.l10n.t('closing the window stops it too'),
      value: 'stop',
    },
  ];
}

async function copyConfiguration({ url, token, target }: Served, title: string): Promise<void> {
  const clients = MCP_CLIENTS.filter(({ takesUrls }) => takesUrls);
  const client = await chooseClient(clients, title, vscode.l10n.t('Choose the client that is to connect'));
  if (!client) return;
  // Not the label of this editor's own server: with two alike, one would be ignored.
  const label = `${serverLabel(target.name)}-http`;
  await vscode.env.clipboard.writeText(httpConfiguration(client, { label, url, token }));
  void vscode.window.showInformationMessage(
    vscode.l10n.t('Copied. Add it to {0}, and keep that to yourself: it holds the token.', client.file),
  );
}
