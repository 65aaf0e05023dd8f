/** A node without a cluster, in a process that runs until killed: prints where it is, then that it runs. */
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findBinaries } from '../cluster/binaries.ts';
import { Components, type Ports, portNames, subjects } from '../cluster/components.ts';
import { DataFolder } from '../cluster/data-folder.ts';
import { BUSYBOX_IMAGE } from '../cluster/node/node-images.ts';
import { findNodePrograms } from '../cluster/node/programs.ts';
import { prepareNode } from '../cluster/node/real-node.ts';
import { freePorts } from '../cluster/ports.ts';
import { hasProcesses } from '../support/control-groups.ts';
import { Processes } from '../support/processes.ts';

const programs = await findNodePrograms(console.error);
if (!programs) throw new Error('this machine cannot have a real node');
const ports: Ports = await freePorts(portNames);
const data = await DataFolder.create(subjects);
const { endpoint } = new Components(await findBinaries(console.error), data, ports, true);
const started = await prepareNode(programs, data, ports, endpoint);
// A static pod.
const manifests = data.file('manifests');
mkdirSync(manifests);
const spec = { containers: [{ name: 'app', image: BUSYBOX_IMAGE, command: ['sleep', 'infinity'] }] };
writeFileSync(
  join(manifests, 'pod.json'),
  JSON.stringify({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'alone' }, spec }),
);
appendFileSync(data.file('node/kubelet.yaml'), `staticPodPath: ${manifests}\n`);
const processes = new Processes(data.path);
for (const program of started) processes.start(program);
const [groups = []] = started.flatMap((program) => (program.groups ? [program.groups] : []));
const [group = ''] = groups;
await processes.until('node', async () => hasProcesses(join(group, 'kubepods')), 100);
console.log(JSON.stringify({ folder: data.path, groups, guardian: processes.guardian }));
process.on('SIGTERM', () => processes.end().then(() => process.exit()));
setInterval(() => {}, 2 ** 30);
