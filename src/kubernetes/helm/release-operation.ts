import { pathOf } from '../apimachinery/api-resource.ts';
import { RefusedError, UserError } from '../apimachinery/errors.ts';
import type { HelmWrite } from '../apimachinery/helm-operations.ts';
import { recordName } from '../apimachinery/helm-storage.ts';
import { jsonText } from '../apimachinery/json.ts';
import type { JsonObject, KubernetesObject } from '../apimachinery/objects.ts';
import { serverOf } from '../client/kubeconfig.ts';
import { readManifests } from '../text/reading.ts';
import { visible } from '../text/visible.ts';
import { toYaml } from '../text/yaml.ts';
import type { Change } from '../writes/change.ts';
import type { Writer } from '../writes/writer.ts';
import { repeatsView } from './chart-view.ts';
import { HelmGate } from './helm-gate.ts';
import { type HelmProgram, helmError, runHelm } from './helm-program.ts';
import { changesOf, creationPath, type Plan, planOf } from './plan.ts';
import type { PlannedWrite } from './planned-write.ts';
import type { Release } from './release.ts';
import { objectsOf } from './release-objects.ts';
import type { ReleasePlace } from './release-record.ts';
import { ReviewedWrites } from './reviewed-writes.ts';
import { Trial } from './trial.ts';
import { workFolder } from './work-folder.ts';

/** What helm is to do with a release. */
export interface Intent {
  operation: HelmWrite;
  place: ReleasePlace;
  /** After the program's name: what was said by whoever wants it is in values only, or was looked at. */
  args: readonly string[];
  /** YAML. */
  values?: string | undefined;
  /** What the user is told of it besides what changes. */
  summary: string;
  /** Until everything is ready, in seconds; undefined: helm does not wait. */
  wait: number | undefined;
  /** Does it render a chart, which may make something up? */
  renders: boolean;
  /** Does the chart come from where no agent can have written it? Then its templates see the values of Secrets. */
  isTrusted: boolean;
  /** The kinds that the chart brings, and helm makes first. */
  definitions?: readonly KubernetesObject[];
}

/** What an operation would do. */
export interface Trialled {
  changes: readonly Change[];
  /** As it would be stored; undefined for an uninstallation without history. */
  release: Release | undefined;
}

/** How helm ended. */
export interface Carried extends Trialled {
  /** Undefined when all went well. */
  problem: string | undefined;
}

const EVENTS: Record<HelmWrite, readonly string[]> = {
  helmInstall: ['pre-install', 'post-install'],
  helmUpgrade: ['pre-upgrade', 'post-upgrade', 'pre-install', 'post-install'],
  helmRollback: ['pre-rollback', 'post-rollback'],
  helmUninstall: ['pre-delete', 'post-delete'],
};

const ACCESS = {
  helmInstall: 'create',
  helmUpgrade: 'update',
  helmRollback: 'update',
  helmUninstall: 'delete',
} as const;
/** Of a trial, in milliseconds, and of what is done after the last object is ready. */
const TRIAL_TIMEOUT_MS = 120_000;
const DEFAULT_TIMEOUT_MS = 300_000;

/** One operation of helm's: tried, reviewed, and then done as it was tried. */
export class ReleaseOperation {
  readonly #program: HelmProgram;
  readonly #intent: Intent;
  readonly #submitted: unknown;
  readonly #writer: Writer;
  #plan: Plan = new Map();
  #changes: ReadonlyMap<PlannedWrite, Change> = new Map();
  #trial: Trial | undefined;

  /** @param submitted the values that the caller gave: what they hold is shown to the user. */
  constructor(program: HelmProgram, intent: Intent, submitted: unknown, writer: Writer) {
    this.#program = program;
    this.#intent = intent;
    this.#submitted = submitted;
    this.#writer = writer;
  }

  /**
   * Lets helm run against dry runs.
   * @param hooks of the release as it is now, for what does not write it anew.
   * @throws RefusedError for what is not allowed, UserError with helm's words.
   */
  async try(hooks: Release['hooks'] = []): Promise<Trialled> {
    const { renders } = this.#intent;
    this.#assertPermitted();
    // Helm asks the cluster by itself which kinds there are: rules have to know the same.
    await this.#writer.connection.discovery.kinds(true);
    const [trial, again] = await Promise.all([this.#run(), renders ? this.#run() : undefined]);
    if (renders && trial.release) await assertNoView(trial.release);
    await this.#tryOthers(trial, trial.release?.hooks ?? hooks);
    if (again) await this.#tryOthers(again, again.release?.hooks ?? hooks);
    this.#plan = planOf(trial, again);
    this.#changes = await changesOf(this.#plan, this.#submitted, this.#writer);
    this.#trial = trial;
    return { changes: [...this.#changes.values()], release: trial.release };
  }

  async #tryOthers(trial: Trial, hooks: Release['hooks']): Promise<void> {
    const { operation, place, definitions = [] } = this.#intent;
    const { connection } = this.#writer;
    const pathOf = (object: KubernetesObject) => creationPath(object, place.namespace, connection);
    const due = hooks.filter(({ events }) => events.some((event) => EVENTS[operation].includes(event)));
    await trial.tryOthers(definitions, pathOf, false);
    await trial.tryOthers(await readManifests(due.map(({ manifest }) => manifest).join('\n---\n')), pathOf, true);
  }

  /** Has what was tried judged, and by the user unless it is a dry run. */
  async review(how?: 'dry run'): Promise<void> {
    await this.#writer.review([this.#ofRelease(), ...this.#changes.values()], how);
  }

  /** Does what was reviewed. */
  async run(): Promise<Carried> {
    const { operation, place, wait, isTrusted: showsSecrets } = this.#intent;
    const { client } = this.#writer.connection;
    const writes = new ReviewedWrites(this.#writer, operation, place, {
      plan: this.#plan,
      changes: this.#changes,
      recordUids: this.#trial?.recordUids ?? new Map(),
    });
    await using gate = await HelmGate.open({ client, operation, place, writes, showsSecrets });
    const timeout = wait === undefined ? DEFAULT_TIMEOUT_MS : (wait + 60) * 1_000;
    const waiting = wait === undefined ? [] : ['--wait', `--timeout=${wait}s`];
    const done = await this.#writer.write(this.#ofRelease(), async () => {
      const result = await this.#helm(gate, waiting, timeout);
      const [refusal] = gate.refusals;
      if (refusal) throw new RefusedError(refusal.message);
      return result;
    });
    const problem = done.code === 0 ? undefined : helmError(done);
    return { changes: [...this.#changes.values()], release: this.#trial?.release, problem };
  }

  // Before helm starts: a refusal then has our own words.
  #assertPermitted(): void {
    const { operation, place } = this.#intent;
    const { client } = this.#writer.connection;
    const name = recordName(place.name, 1);
    const path = pathOf({ group: '', version: 'v1', name: 'secrets', namespaced: true }, place.namespace);
    client.assertPermitted({ method: 'POST', path, body: { metadata: { name } }, operation });
  }

  async #run(): Promise<Trial> {
    const { operation, place, isTrusted: showsSecrets } = this.#intent;
    const { client } = this.#writer.connection;
    const trial = new Trial(client, operation, place, this.#writer.signal);
    await using gate = await HelmGate.open({ client, operation, place, writes: trial, showsSecrets });
    const { definitions = [] } = this.#intent;
    const left = ['--no-hooks', ...(definitions.length > 0 ? ['--skip-crds'] : [])];
    const done = await this.#helm(gate, left, TRIAL_TIMEOUT_MS);
    this.#writer.signal.throwIfAborted();
    const [refusal] = gate.refusals;
    if (refusal) throw new RefusedError(`Nothing was written. ${refusal.message}`);
    if (done.code !== 0) throw new UserError(`Nothing was written. Helm says: ${helmError(done)}`);
    return trial;
  }

  async #helm(gate: HelmGate, more: readonly string[], timeout: number) {
    const { args, values, place } = this.#intent;
    await using folder = await workFolder();
    const kubeconfig = await folder.write('kubeconfig', gate.kubeconfig());
    const given = values === undefined ? [] : ['--values=-'];
    const all = [...args, `--namespace=${place.namespace}`, ...given, ...more];
    const { signal } = this.#writer;
    return await runHelm(this.#program, all, { folder: folder.path, kubeconfig, stdin: values ?? '', signal, timeout });
  }

  /** The operation itself, which is more than its objects: the user sees with what values, and of which chart. */
  #ofRelease(): Change {
    const { operation, place, summary } = this.#intent;
    const { context } = this.#writer.connection;
    return {
      access: ACCESS[operation],
      context: context.name,
      server: serverOf(context),
      apiVersion: 'helm.sh/v1',
      kind: 'HelmRelease',
      namespace: place.namespace,
      name: place.name,
      // Another release of the name has other records.
      sent: [...(this.#trial?.recordUids ?? [])].sort(),
      summary,
    };
  }
}

// What was shown in the place of a value would become the value, in the cluster and in the record that one rolls back to.
async function assertNoView(release: Release): Promise<void> {
  const { objects, hooks } = await objectsOf(release);
  const repeating = [...objects, ...hooks].find((object) => repeatsView(jsonText(object)));
  if (!repeating) return;
  const what = `${repeating.kind ?? ''} ${repeating.metadata?.name ?? ''}`.trim();
  throw new RefusedError(
    `Nothing was written. The chart looks up a Secret and copies a value of it into ${what}; charts are not shown such values here, and ${what} would get another one. Many charts have a value that names an existing Secret instead (existingSecret); else the user has to run helm.`,
  );
}

/** What the user sees of an operation besides its objects, as YAML: what is run, and the values. */
export function summaryText(lines: readonly string[], values: JsonObject | undefined): string {
  const comments = lines.map((line) => `# ${visible(line)}\n`);
  return [...comments, ...(values ? [toYaml({ values })] : [])].join('');
}

/** One line a change: `create Deployment web`. */
export function changeLines(changes: readonly Change[], place: ReleasePlace): string[] {
  return changes.map(({ access, kind, name, namespace }) => {
    const elsewhere = namespace !== undefined && namespace !== place.namespace ? `${namespace}/` : '';
    return `${access} ${kind} ${elsewhere}${name ?? ''}`;
  });
}

/** Objects of changes that will be there afterwards. */
export function objectsAfter(changes: readonly Change[]): KubernetesObject[] {
  return changes.map(({ after }) => after).filter((after) => after !== undefined);
}
