import * as vscode from 'vscode';
import { pathOf } from '../../../kubernetes/apimachinery/api-resource.ts';
import { isObject, type KubernetesList, type KubernetesObject } from '../../../kubernetes/apimachinery/objects.ts';
import { kinds } from '../../../kubernetes/apimachinery/well-known-kinds.ts';
import { healthOf } from '../../../kubernetes/diagnosis/health.ts';
import { BACK, CANCELLED } from '../../browse/ask.ts';
import { Picker } from '../../browse/picker.ts';
import type { PodsLink } from '../../documents/reference-links.ts';
import type { App } from '../parts/app.ts';

/** Nobody reads more. */
const MAX_PODS = 500;

/** Lists the pods a selector matches, and opens the one the user chooses. */
export async function showSelectedPods(app: App, argument?: unknown): Promise<void> {
  if (!isObject(argument)) return;
  const { uri, selector } = argument as unknown as PodsLink;
  const { connection, coordinates, target } = await app.documents.place(vscode.Uri.parse(uri, true));
  const { namespace, context } = coordinates;
  const picker = new Picker(app.log);
  try {
    const name = await picker.choose<string>({
      title: vscode.l10n.t('Pods with {0}', selector),
      placeholder: vscode.l10n.t('Choose an object'),
      canGoBack: false,
      async load(show, signal) {
        const { items } = await connection.client.json<KubernetesList>({
          path: pathOf(kinds.pods, namespace),
          query: { labelSelector: selector, limit: MAX_PODS },
          signal,
        });
        const choices = (items ?? []).map((pod) => ({
          label: pod.metadata?.name ?? '',
          description: summary(pod),
          value: pod.metadata?.name ?? '',
        }));
        const none = { label: vscode.l10n.t('$(info) There are none'), alwaysShow: true };
        show(choices.length > 0 ? choices : [none]);
      },
    });
    if (name === BACK || name === CANCELLED) return;
    await app.documents.open(target, { context, resource: 'pods', namespace, name });
  } finally {
    picker.dispose();
  }
}

/** As `kubectl get` tells it: a pod whose container crashes is in the phase Running, too. */
function summary(pod: KubernetesObject): string {
  const { status, spec } = pod;
  const { state, detail } = healthOf({ ...kinds.pods, subresources: [] }, pod);
  const phase = state === 'bad' ? detail : isObject(status) ? status.phase : undefined;
  const node = isObject(spec) ? spec.nodeName : undefined;
  return [phase, node].filter((part) => typeof part === 'string').join(' · ');
}
