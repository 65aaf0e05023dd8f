import type { Cluster } from '../cluster/running-cluster.ts';
import { jobs } from '../jobs/index.ts';
import { type Call, type Cost, doJob, inPlace } from '../jobs/job.ts';
import { withSession } from './measurements.ts';
import type { Peer } from './peer.ts';
import { peerJobs } from './peer-jobs.ts';
import { theirs as theirServer, writing } from './servers.ts';
import type { Session } from './session.ts';

/** What a job costs with each server; the peer's is missing where it has no tool for it. */
export interface JobCosts {
  name: string;
  ours: Cost;
  theirs: Cost | undefined;
}

/** Does every job once with each server; throws where the cluster is not as it should be then. */
export async function jobCosts({
  cluster,
  script,
  peer,
  home,
  progress,
}: {
  cluster: Pick<Cluster, 'kubectl' | 'kubeconfig'>;
  script: string;
  peer: Peer;
  home: string;
  progress: (line: string) => void;
}): Promise<JobCosts[]> {
  const kubeconfig = cluster.kubeconfig('admin');
  const costs: JobCosts[] = [];
  await withSession(writing(kubeconfig, script, home), (ours) =>
    withSession(theirServer(kubeconfig, peer, home).start, async (theirs) => {
      for (const job of jobs) {
        progress(job.name);
        const peerRun = peerJobs[job.name];
        costs.push({
          name: job.name,
          ours: await inPlace(job, cluster, (place) => doJob(job, callsOf(ours), place)),
          theirs:
            peerRun &&
            (await inPlace(job, cluster, (place) =>
              doJob({ ...job, run: (call) => peerRun(call, place) }, callsOf(theirs), place),
            )),
        });
      }
    }),
  );
  return costs;
}

function callsOf(session: Session): Call {
  return async (tool, args) => (await session.call(tool, args)).text;
}
