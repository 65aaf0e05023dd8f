import type { BundledPackage } from './bundled-packages.ts';

/** A CycloneDX list of what is bundled, as scanners find no manifests in the package or image. Deterministic. */
export function billOfMaterials(version: string, packages: readonly BundledPackage[]): string {
  const components = packages.map(({ name, version, license }) => ({
    type: 'library',
    ...componentOf(name, version),
    ...(license
      ? { licenses: [/ (OR|AND) /.test(license) ? { expression: license } : { license: { id: license } }] }
      : {}),
  }));
  const component = { type: 'application', ...componentOf('mcp-k8s', version) };
  const document = { bomFormat: 'CycloneDX', specVersion: '1.6', version: 1, metadata: { component }, components };
  return `${JSON.stringify(document, undefined, 2)}\n`;
}

function componentOf(
  name: string,
  version: string,
): { 'bom-ref': string; name: string; version: string; purl: string } {
  const purl = `pkg:npm/${name.replace('@', '%40')}@${version}`;
  return { 'bom-ref': purl, name, version, purl };
}
