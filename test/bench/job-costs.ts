import type { Cluster } from '../cluster/running-cluster.ts';
import { tasks } from '../jobs/evaluation/index.ts';
import { jobs } from '../jobs/index.ts';
import { type Call, type Cost, doJob, inPlace, type Job, type Place } from '../jobs/job.ts';
import { withSession } from './measurements.ts';
import type { Peer } from './peer.ts';
import { peerJobs } from './peer-jobs.ts';
import { theirs as theirServer, writing } from './servers.ts';
import type { Session } from './session.ts';

/** What a job costs with each server; no entry for the peer if it lacks a tool. */
export interface JobCosts {
  name: string;
  ours: Cost;
  theirs: Cost | undefined;
}

/** The costs of our own jobs and of the peer's evaluation tasks. */
export interface AllCosts {
  jobs: JobCosts[];
  tasks: JobCosts[];
}

/** What the peer's agent calls for a job; undefined if the peer lacks a tool. */
type PeerRun = (call: Call, place: Place) => Promise<unknown>;

/** Does every job and task once with each server; throws if the cluster's final state is wrong. */
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
}): Promise<AllCosts> {
  const kubeconfig = cluster.kubeconfig('admin');
  const costs: AllCosts = { jobs: [], tasks: [] };
  const toolsets = ['--toolsets', 'core,config,helm'];
  await withSession(await writing(kubeconfig, script, home), (ours) =>
    withSession(theirServer(kubeconfig, peer, home, toolsets).start, async (theirs) => {
      const both = async (job: Job, peerRun: PeerRun | undefined): Promise<JobCosts> => {
        progress(job.name);
        return {
          name: job.name,
          ours: await inPlace(job, cluster, (place) => doJob(job, callsOf(ours), place)),
          theirs:
            peerRun &&
            (await inPlace(job, cluster, (place) =>
              doJob({ ...job, run: (call) => peerRun(call, place) }, callsOf(theirs), place),
            )),
        };
      };
      for (const job of jobs) costs.jobs.push(await both(job, peerJobs[job.name]));
      for (const task of tasks) costs.tasks.push(await both(task, task.theirs));
    }),
  );
  return costs;
}

function callsOf(session: Session): Call {
  return async (tool, args) => (await session.call(tool, args)).text;
}
