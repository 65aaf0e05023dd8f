import { createRequire } from 'node:module';
import path from 'node:path';
import { installPackage } from '../support/npm.ts';

/** The npm package we compare with, and its version. */
export const peerPackage = { name: 'kubernetes-mcp-server', version: '0.0.67' };

/** The peer's programs. */
export interface Peer {
  /** Its native program, measured without the launcher, in its favour. */
  program: string;
  /** The script that `npx` runs. */
  launcher: string;
}

/** Installs the peer into the user's cache, once. */
export async function installPeer(progress: (line: string) => void): Promise<Peer> {
  const { name, version } = peerPackage;
  const folder = await installPackage(name, version, { progress });
  const launcher = path.join(folder, 'node_modules', name, 'bin', 'index.js');
  const windows = process.platform === 'win32';
  const native = `${name}-${windows ? 'windows' : process.platform}-${process.arch === 'x64' ? 'amd64' : process.arch}`;
  const program = createRequire(launcher).resolve(`${native}/bin/${native}${windows ? '.exe' : ''}`);
  return { program, launcher };
}
