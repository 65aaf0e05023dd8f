import { ApiClient } from '../cluster/api-client.ts';
import { seedPods } from '../cluster/seed-scale.ts';
import { environment } from './workspace.ts';

/** The most time that a busy machine may need, in milliseconds. */
export const SCALE_TIMEOUT_MS = 600_000;

/** Fills the namespace `scale` with 2,000 running pods; keeps what is already there. */
export async function scaled(): Promise<void> {
  await seedPods(await ApiClient.fromKubeconfig(environment.kubeconfig));
}
