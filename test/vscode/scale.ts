import { ApiClient } from '../cluster/api-client.ts';
import { seedScale } from '../cluster/seed-scale.ts';
import { environment } from './workspace.ts';

/** The longest that a busy machine may need for it, in milliseconds. */
export const SCALE_TIMEOUT_MS = 600_000;

/** Fills the namespace `scale` with 2,000 running pods; what is there already stays. */
export async function scaled(): Promise<void> {
  await seedScale({ client: await ApiClient.fromKubeconfig(environment.kubeconfig) });
}
