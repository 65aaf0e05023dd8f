import { UserError } from '../apimachinery/errors.ts';
import type { Connection } from '../client/cluster.ts';
import { type HelmProgram, helmError, runHelm } from './helm-program.ts';
import type { ReleasePlace } from './release-record.ts';
import { workFolder } from './work-folder.ts';

/** What is rendered, and with what. */
export interface Rendering {
  /** A chart file, or the folder that was checked. */
  chart: string;
  place: ReleasePlace;
  /** YAML. */
  values: string | undefined;
  /** Values files, applied before those. */
  files?: readonly string[];
  /** What charts may ask about the cluster; undefined: helm's defaults. */
  capabilities?: readonly string[];
}

/** A chart whose templates helm could not render. */
export class TemplateError extends UserError {
  override name = 'TemplateError';
  /** The template file, as helm names it: `web/templates/objects.yaml`. */
  readonly file: string | undefined;
  readonly line: number | undefined;

  constructor(message: string, file: string | undefined, line: number | undefined) {
    super(message);
    this.file = file;
    this.line = line;
  }
}

const TIMEOUT_MS = 60_000;
/** How helm gives the place: `web/templates/a.yaml:12:5`, `(web/templates/a.yaml:12)`. */
const PLACE = /(?<![\w./-])((?=[\w./-]*?\/templates\/)[\w.-][\w./-]*):(\d+)/;

/** The manifest a chart renders to, hooks included, without contacting a cluster. @throws TemplateError */
export async function render(program: HelmProgram, rendering: Rendering, signal: AbortSignal): Promise<string> {
  const { chart, place, values, files = [], capabilities = [] } = rendering;
  await using folder = await workFolder();
  const args = ['template', place.name, chart, `--namespace=${place.namespace}`, '--include-crds', ...capabilities];
  const given = [...files.map((file) => `--values=${file}`), ...(values === undefined ? [] : ['--values=-'])];
  const run = { folder: folder.path, stdin: values ?? '', signal, timeout: TIMEOUT_MS };
  const done = await runHelm(program, [...args, ...given], run);
  signal.throwIfAborted();
  if (done.code === 0) return done.stdout;
  const message = helmError(done);
  const [, file, line] = PLACE.exec(message) ?? [];
  throw new TemplateError(
    `The chart cannot be rendered. Helm says: ${message}`,
    file,
    line === undefined ? undefined : Number(line),
  );
}

/** What charts ask of the cluster when rendered: its version, and the APIs it serves. */
export async function capabilitiesOf({ client, discovery }: Connection, signal: AbortSignal): Promise<string[]> {
  try {
    const [{ gitVersion }, { resources }] = await Promise.all([
      client.json<{ gitVersion?: string }>({ path: '/version', signal }),
      discovery.kinds(),
    ]);
    const versions = new Set(
      resources.map(({ group, version, kind }) => `${group ? `${group}/` : ''}${version}/${kind}`),
    );
    const groups = new Set(resources.map(({ group, version }) => `${group ? `${group}/` : ''}${version}`));
    return [
      ...(gitVersion ? [`--kube-version=${gitVersion}`] : []),
      `--api-versions=${[...groups, ...versions].join(',')}`,
    ];
  } catch {
    // Rendering works without a cluster, too.
    return [];
  }
}
