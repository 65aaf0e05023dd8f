import { globSync, readFileSync } from 'node:fs';
import { basename, dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * The layers of `src`, from the bottom up: each folder with those that it may import from. A folder lists only folders
 * above its own line, so there are no cycles.
 */
export const FLOORS: Record<string, readonly string[]> = {
  'kubernetes/apimachinery': [],
  '.': ['kubernetes/apimachinery'],
  'kubernetes/text/redaction': ['kubernetes/apimachinery'],
  'kubernetes/text': ['kubernetes/apimachinery', 'kubernetes/text/redaction'],
  'kubernetes/client': ['.', 'kubernetes/apimachinery', 'kubernetes/text'],
  'kubernetes/workloads': ['kubernetes/apimachinery', 'kubernetes/text', 'kubernetes/client'],
  'kubernetes/access': ['kubernetes/apimachinery', 'kubernetes/client'],
  'kubernetes/metrics': ['kubernetes/apimachinery', 'kubernetes/text', 'kubernetes/client', 'kubernetes/workloads'],
  'kubernetes/changes': ['kubernetes/apimachinery', 'kubernetes/text', 'kubernetes/workloads'],
  'kubernetes/writes': ['.', 'kubernetes/apimachinery', 'kubernetes/text', 'kubernetes/client', 'kubernetes/workloads'],
  'kubernetes/kustomize': ['kubernetes/apimachinery', 'kubernetes/text', 'kubernetes/client'],
  'kubernetes/helm': [
    '.',
    'kubernetes/apimachinery',
    'kubernetes/text',
    'kubernetes/client',
    'kubernetes/workloads',
    'kubernetes/writes',
  ],
  'kubernetes/diagnosis/facts': [
    'kubernetes/access',
    'kubernetes/apimachinery',
    'kubernetes/text',
    'kubernetes/client',
    'kubernetes/workloads',
  ],
  'kubernetes/diagnosis/rules': [
    'kubernetes/access',
    'kubernetes/apimachinery',
    'kubernetes/text',
    'kubernetes/workloads',
    'kubernetes/diagnosis/facts',
  ],
  'kubernetes/diagnosis': [
    'kubernetes/apimachinery',
    'kubernetes/text',
    'kubernetes/client',
    'kubernetes/workloads',
    'kubernetes/helm',
    'kubernetes/diagnosis/*',
  ],
  kubernetes: ['.', 'kubernetes/apimachinery', 'kubernetes/client'],

  'server/core': ['.', 'kubernetes/*', 'kubernetes'],
  'server/resources': ['kubernetes/*', 'server/core'],
  'server/prompts': ['kubernetes/*', 'kubernetes', 'server/core'],
  'server/tools': ['kubernetes/*'],
  'server/tools/parts': ['kubernetes/*', 'server/core'],
  'server/tools/read': ['.', 'kubernetes/*', 'server/core', 'server/tools', 'server/tools/parts'],
  'server/tools/write': ['kubernetes/*', 'server/core', 'server/tools', 'server/tools/parts'],
  'server/mcp': [
    '.',
    'kubernetes/*',
    'kubernetes',
    'server/core',
    'server/resources',
    'server/prompts',
    'server/tools',
    'server/tools/*',
  ],
  'server/command-line': ['.', 'kubernetes/*', 'kubernetes', 'server/core', 'server/mcp'],
  'server/telemetry': ['kubernetes/apimachinery', 'server/mcp'],
  'server/stdio': [
    ...['kubernetes/*', 'kubernetes', 'server/core', 'server/mcp', 'server/command-line'],
    'server/telemetry',
  ],
  'server/http/base': ['kubernetes/*'],
  'server/http/authentication': ['kubernetes/*', 'server/command-line', 'server/http/base'],
  'server/http': [
    '.',
    'kubernetes/*',
    'kubernetes',
    'server/core',
    'server/mcp',
    'server/command-line',
    'server/telemetry',
    'server/http/*',
  ],
  'server/launch': [],
  server: ['kubernetes/*', 'server/command-line', 'server/telemetry', 'server/stdio', 'server/http', 'server/launch'],

  'webviews/common': [],
  'webviews/apps': ['kubernetes/apimachinery', 'webviews/common'],
  'webviews/logs': ['kubernetes/workloads'],
  'webviews/pages': ['webviews/common'],

  'extension/common': ['kubernetes/*'],
  'extension/settings': ['.', 'kubernetes/*', 'extension/common'],
  'extension/targets': ['.', 'kubernetes/*', 'kubernetes', 'extension/common', 'extension/settings'],
  'extension/servers': ['.', 'kubernetes/*', 'extension/common', 'extension/settings', 'extension/targets'],
  'extension/writing': [
    '.',
    'kubernetes/*',
    'kubernetes',
    'extension/common',
    'extension/settings',
    'extension/targets',
  ],
  'extension/browse': ['kubernetes/*', 'extension/common', 'extension/targets', 'extension/writing'],
  'extension/logins': ['.', 'kubernetes/*', 'extension/common'],
  'extension/reviews': ['.', 'kubernetes/*', 'extension/common'],
  'extension/documents': [
    '.',
    'kubernetes/*',
    'extension/common',
    'extension/targets',
    'extension/writing',
    'extension/reviews',
  ],
  'extension/manifests': [
    'kubernetes/*',
    'extension/common',
    'extension/targets',
    'extension/documents',
    'extension/reviews',
  ],
  'extension/forwards': ['extension/common'],
  'extension/terminals': ['kubernetes/*', 'extension/common'],
  'extension/history': [
    'kubernetes/*',
    'extension/common',
    'extension/targets',
    'extension/writing',
    'extension/reviews',
  ],
  'extension/helm': ['kubernetes/*', 'extension/common', 'extension/targets'],
  'extension/logs': ['kubernetes/*', 'webviews/logs', 'extension/common', 'extension/targets', 'extension/documents'],
  'extension/identity': ['.', 'extension/common', 'extension/settings', 'extension/targets', 'extension/helm'],
  'extension/status': [
    '.',
    'kubernetes/*',
    'kubernetes',
    'extension/common',
    'extension/settings',
    'extension/targets',
    'extension/servers',
  ],
  'extension/views': [
    'kubernetes/*',
    'kubernetes',
    'extension/common',
    'extension/settings',
    'extension/targets',
    'extension/browse',
    'extension/documents',
  ],
  'extension/pages': [
    'kubernetes/*',
    'webviews/pages',
    'extension/common',
    'extension/targets',
    'extension/documents',
    'extension/views',
  ],
  'extension/diagnostics': [
    '.',
    'kubernetes/*',
    'kubernetes',
    'extension/common',
    'extension/settings',
    'extension/targets',
    'extension/servers',
    'extension/pages',
    'webviews/pages',
  ],
  'extension/commands/parts': ['kubernetes/*', 'extension/*'],
  'extension/commands/objects': ['.', 'kubernetes/*', 'extension/*'],
  'extension/commands/documents': ['.', 'kubernetes/*', 'extension/*'],
  'extension/commands/targets': ['.', 'kubernetes/*', 'extension/*'],
  'extension/commands/servers': ['.', 'kubernetes/*', 'extension/*'],
  'extension/commands/reviews': ['.', 'kubernetes/*', 'extension/*'],
  'extension/commands/helm': ['.', 'kubernetes/*', 'extension/*'],
  'extension/commands': ['extension/*'],
  extension: ['extension/*'],
};

/** The most files directly in a top folder of `src`, beside its subfolders. */
const MAX_FLAT_FILES = 4;
/** Unit tests that belong to no file of `src`. */
const TESTS_OF_OTHER_FILES = [
  'approvals',
  'architecture',
  'packages',
  'sentences',
  'skills',
  'readme',
  'release',
  'security',
  'later-schemas',
  'stand-ins',
  'tool-names',
  'tool-reference',
  'extension/manifest',
  'extension/localization',
];

const src = fileURLToPath(new URL('../src/', import.meta.url));
const unit = fileURLToPath(new URL('../test/unit/', import.meta.url));

/** Every deviation of `src` and `test/unit` from the table, one per line. */
function problems(): string[] {
  const files = globSync('**/*.ts', { cwd: src }).map((file) => file.replaceAll('\\', '/'));
  return [...tableProblems(files), ...files.flatMap(importProblems), ...roomProblems(files), ...mirrorProblems(files)];
}

function tableProblems(files: readonly string[]): string[] {
  const folders = new Set(files.map(dirname));
  const floors = Object.keys(FLOORS);
  return [
    ...[...folders].filter((folder) => !FLOORS[folder]).map((folder) => `src/${folder} has no line in the table`),
    ...floors
      .filter((folder) => !folders.has(folder))
      .map((folder) => `the table has src/${folder}, which is not there`),
    ...floors.flatMap((folder, line) =>
      (FLOORS[folder] ?? [])
        .filter((name) => !floors.slice(0, line).some((lower) => covers(name, lower)))
        .map((name) => `the table lets src/${folder} import from ${name}, which is no lower floor`),
    ),
  ];
}

function importProblems(file: string): string[] {
  const from = dirname(file);
  const text = readFileSync(join(src, file), 'utf8');
  return [...text.matchAll(/(?:\bfrom|\bimport\(|^import) ?'(\.[^']+)'/gm)]
    .map(([, path = '']) => dirname(normalize(join(from, path))).replaceAll('\\', '/'))
    .filter((to) => to !== from && !(FLOORS[from] ?? []).some((name) => covers(name, to) && isLower(to, from)))
    .map((to) => `src/${file} imports from src/${to}, which is not among the floors below it`);
}

function covers(name: string, folder: string): boolean {
  return name.endsWith('/*') ? folder.startsWith(name.slice(0, -1)) : name === folder;
}

function isLower(folder: string, than: string): boolean {
  const floors = Object.keys(FLOORS);
  return floors.indexOf(folder) < floors.indexOf(than);
}

function roomProblems(files: readonly string[]): string[] {
  return ['kubernetes', 'server', 'extension']
    .map((room) => ({ room, flat: files.filter((file) => dirname(file) === room).length }))
    .filter(({ flat }) => flat > MAX_FLAT_FILES)
    .map(({ room, flat }) => `src/${room} holds ${flat} files beside its folders; ${MAX_FLAT_FILES} is the most`);
}

function mirrorProblems(files: readonly string[]): string[] {
  return globSync('**/*.test.ts', { cwd: unit })
    .map((file) => file.replaceAll('\\', '/'))
    .map((file) => ({
      file,
      tested: join(dirname(file), basename(file).replace(/(\.property)?\.test\.ts$/, '')).replaceAll('\\', '/'),
    }))
    .filter(({ tested }) => !files.includes(`${tested}.ts`) && !TESTS_OF_OTHER_FILES.includes(tested))
    .map(({ file }) => `test/unit/${file} stands beside no file of src`);
}

if (import.meta.main) {
  const found = problems();
  for (const problem of found) console.error(problem);
  if (found.length > 0) process.exitCode = 1;
}
