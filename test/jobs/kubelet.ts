import type { Place } from './job.ts';

/** The container status a kubelet would write for a failing pod, and its event. */
interface Failure {
  phase?: string;
  restartCount?: number;
  state: object;
  lastState?: object;
  event?: { reason: string; message: string };
}

/** KWOK starts any container, so this writes a kubelet's status into an app's ready pods. */
export async function playFailure(place: Place, app: string, failure: (image: string) => Failure): Promise<void> {
  const pods = await place.pods('-l', `app=${app}`);
  await place.untilPods(app, { ready: pods.length });
  for (const { metadata, spec } of pods) {
    const [own] = spec.containers ?? [];
    const { phase = 'Running', restartCount = 0, state, lastState, event } = failure(own?.image ?? '');
    const container = { name: own?.name, image: own?.image, imageID: '', ready: false, started: false, restartCount };
    const status = {
      phase,
      conditions: ['Ready', 'ContainersReady'].map((type) => ({ type, status: 'False' })),
      containerStatuses: [{ ...container, state: { running: null, ...state }, ...(lastState && { lastState }) }],
    };
    const patch = JSON.stringify({ status });
    await place.kubectl('patch', 'pod', metadata.name, '--subresource=status', '--type=strategic', '-p', patch);
    if (event) await place.apply(eventOf(place.namespace, metadata, event));
  }
}

function eventOf(
  namespace: string,
  pod: { name: string; uid?: string },
  { reason, message }: { reason: string; message: string },
): string {
  const now = new Date().toISOString().replace(/\.\d+/, '');
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: `${pod.name}.${reason.toLowerCase()}`, namespace },
    involvedObject: { apiVersion: 'v1', kind: 'Pod', name: pod.name, namespace, uid: pod.uid },
    type: 'Warning',
    reason,
    message,
    count: 5,
    firstTimestamp: now,
    lastTimestamp: now,
    source: { component: 'kubelet' },
  });
}
