import { findHelm } from '../cluster/binaries.ts';
import { installPackage } from '../support/npm.ts';
import { installPythonPackage } from '../support/python.ts';

/** The releases of the Python SDK that are tried: the line that Dify uses, and the newest. */
export const PYTHON_SDKS = ['1.30.0', '2.3.0'];

/** The official conformance suite. */
export const CONFORMANCE = { name: '@modelcontextprotocol/conformance', version: '0.1.16' };

/** Where a release of the Python SDK is installed. */
export function pythonSdk(version: string): Promise<string> {
  return installPythonPackage('mcp', version);
}

/** Where the conformance suite is installed. */
export function conformanceSuite(): Promise<string> {
  return installPackage(CONFORMANCE.name, CONFORMANCE.version);
}

/**
 * Builds and installs what single tests need besides the cluster, once on a machine; that is no test's time. What is not to be
 * had fails those tests, with the reason, and no others.
 */
export async function prepare(): Promise<void> {
  await Promise.allSettled([
    findHelm((line) => console.error(`  ${line}`)),
    conformanceSuite(),
    ...PYTHON_SDKS.map(pythonSdk),
  ]);
}
