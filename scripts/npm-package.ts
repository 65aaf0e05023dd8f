import { extensionManifest, type Files, npmName, registryEntry, serverFiles } from './server-files.ts';

/** The package.json that npm gets: an extension's name cannot have a scope, and npm needs nothing of an extension. */
export function npmManifest(): object {
  const { version, license, author, homepage, bugs, repository, engines, bin, mcpName, keywords } = extensionManifest();
  return {
    name: npmName(),
    version,
    description: registryEntry().description,
    ...{ license, author, homepage, bugs, repository, keywords, mcpName, engines, bin },
    publishConfig: { access: 'public' },
  };
}

/** What is in the npm package. */
export function npmPackage(): Files {
  return new Map([...serverFiles(), ['package.json', `${JSON.stringify(npmManifest(), undefined, 2)}\n`]]);
}
