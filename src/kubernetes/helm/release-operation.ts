import { pathOf } from '../apimachinery/api-resource.ts';
import { RefusedError, UserError } from '../apimachinery/errors.ts';
import type { HelmWrite } from '../apimachinery/helm-operations.ts';
import type { JsonObject, KubernetesObject } from '../apimachinery/objects.ts';
import { serverOf } from '../client/kubeconfig.ts';
import { readManifests } from '../text/reading.ts';
import { visible } from '../text/visible.ts';
import { toYaml } from '../text/yaml.ts';
import type { Change } from '../writes/change.ts';
import type { Writer } from '../writes/writer.ts';
import { HelmGate } from './helm-gate.ts';
import { type HelmProgram, helmError, runHelm } from './helm-program.ts';
import { changesOf, creationPath, type Plan, planOf } from './plan.ts';
import type { PlannedWrite } from './planned-write.ts';
import type { Release } from './release.ts';
import { ReviewedWrites } from './reviewed-writes.ts';
import { type ReleasePlace, Trial } from './trial.ts';
import { workFolder } from './work-folder.ts';

/** What helm is to do with a release. */
export interface Intent {
  operation: HelmWrite;
  place: ReleasePlace;
  /** Arguments after the program's name: the caller's input is only in values, or was checked. */
  args: readonly string[];
  /** YAML. */
  values?: string | undefined;
  /** What the user is told besides the changes. */
  summary: string;
  /** How long to wait until everything is ready, in seconds; undefined: helm does not wait. */
  wait: number | undefined;
  /** Does it render a chart, which may generate values? */
  renders: boolean;
  /** Does the chart come from where no agent can have written it? Then its templates see the values of Secrets. */
  isTrusted: boolean;
  /** The chart's CustomResourceDefinitions, which helm creates first. */
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
  /** Undefined on success. */
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
/** For a trial, and for what follows once the last object is ready, in milliseconds. */
const TRIAL_TIMEOUT_MS = 120_000;
const DEFAULT_TIMEOUT_MS = 300_000;

/** One helm operation: tried, reviewed, and then run exactly as tried. */
export class ReleaseOperation {
  readonly #program: HelmProgram;
  readonly #intent: Intent;
  readonly #submitted: unknown;
  readonly #writer: Writer;
  #plan: Plan = new Map();
  #changes: ReadonlyMap<PlannedWrite, Change> = new Map();
  #trial: Trial | undefined;

  /** @param submitted the values the caller gave: the user is shown them. */
  constructor(program: HelmProgram, intent: Intent, submitted: unknown, writer: Writer) {
    this.#program = program;
    this.#intent = intent;
    this.#submitted = submitted;
    this.#writer = writer;
  }

  /**
   * Runs helm against dry runs.
   * @param hooks of the present release, for an operation that does not write it anew.
   * @throws RefusedError for what is not allowed, UserError with helm's words.
   */
  async try(hooks: Release['hooks'] = []): Promise<Trialled> {
    const { renders } = this.#intent;
    this.#assertPermitted();
    const [trial, again] = await Promise.all([this.#run(), renders ? this.#run() : undefined]);
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

  /** Has the trial judged, and reviewed by the user unless it is a dry run. */
  async review(how?: 'dry run'): Promise<void> {
    await this.#writer.review([this.#ofRelease(), ...this.#changes.values()], how);
  }

  /** Runs what was reviewed. */
  async run(): Promise<Carried> {
    const { operation, place, wait, isTrusted: showsSecrets } = this.#intent;
    const { client } = this.#writer.connection;
    const writes = new ReviewedWrites(this.#writer, operation, place, this.#plan, this.#changes);
    await using gate = await HelmGate.open({ client, operation, namespace: place.namespace, writes, showsSecrets });
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

  // Checked before helm starts, so that a refusal has our own wording.
  #assertPermitted(): void {
    const { operation, place } = this.#intent;
    const { client } = this.#writer.connection;
    const name = `sh.helm.release.v1.${place.name}.v1`;
    const path = pathOf({ group: '', version: 'v1', name: 'secrets', namespaced: true }, place.namespace);
    client.assertPermitted({ method: 'POST', path, body: { metadata: { name } }, operation });
  }

  async #run(): Promise<Trial> {
    const { operation, place, isTrusted: showsSecrets } = this.#intent;
    const { client } = this.#writer.connection;
    const trial = new Trial(client, operation, place, this.#writer.signal);
    await using gate = await HelmGate.open({
      client,
      operation,
      namespace: place.namespace,
      writes: trial,
      showsSecrets,
    });
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

  /** The operation itself, besides its objects: the user sees the values and the chart. */
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
      summary,
    };
  }
}

/** What the user sees of an operation besides its objects, as YAML: the command and the values. */
export function summaryText(lines: readonly string[], values: JsonObject | undefined): string {
  const comments = lines.map((line) => `# ${visible(line)}\n`);
  return [...comments, ...(values ? [toYaml({ values })] : [])].join('');
}

/** One line per change: `create Deployment web`. */
export function changeLines(changes: readonly Change[], place: ReleasePlace): string[] {
  return changes.map(({ access, kind, name, namespace }) => {
    const elsewhere = namespace !== undefined && namespace !== place.namespace ? `${namespace}/` : '';
    return `${access} ${kind} ${elsewhere}${name ?? ''}`;
  });
}

/** The objects that will exist after the changes. */
export function objectsAfter(changes: readonly Change[]): KubernetesObject[] {
  return changes.map(({ after }) => after).filter((after) => after !== undefined);
}
