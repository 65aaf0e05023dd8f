import { findHelm, findHelm3, findPrometheus, findRegistry } from '../cluster/binaries.ts';
import { installPackage } from '../support/npm.ts';
import { installPythonPackage } from '../support/python.ts';
import { REAL_CLIENTS } from './real-clients.ts';

/** The Python SDK releases tested: the one that Dify uses, and the newest. */
export const PYTHON_SDKS = ['1.30.0', '2.3.0'];

/** The official conformance suite. */
export const CONFORMANCE = { name: '@modelcontextprotocol/conformance', version: '0.2.0-alpha.12' };

/** Where a Python SDK release is installed. */
export function pythonSdk(version: string): Promise<string> {
  return installPythonPackage('mcp', version);
}

/** Where the conformance suite is installed. */
export function conformanceSuite(): Promise<string> {
  return installPackage(CONFORMANCE.name, CONFORMANCE.version);
}

/**
 * Builds and installs once per machine what some tests need besides the cluster, outside test time. If something is
 * unavailable, only those tests fail, with the reason.
 */
export async function prepare(): Promise<void> {
  await Promise.allSettled([
    ...[findHelm, findHelm3, findRegistry, findPrometheus].map((find) => find((line) => console.error(`  ${line}`))),
    conformanceSuite(),
    ...PYTHON_SDKS.map(pythonSdk),
    ...REAL_CLIENTS.map((client) => client.install()),
  ]);
}
