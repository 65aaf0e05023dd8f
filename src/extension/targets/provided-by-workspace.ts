import { hostname } from 'node:os';
import type { KubeconfigFile } from '../../kubernetes/client/kubeconfig-file.ts';
import type { KubeconfigRisk } from '../../kubernetes/client/kubeconfig-risk.ts';
import { isWriteSwitch, type SettingName, type WriteSwitch } from '../../settings.ts';

/** What a workspace provides that needs the user's consent. */
export type Provided = ProvidedSetting | ProvidedKubeconfig;

/** A setting with which the workspace allows more than the user does. */
export interface ProvidedSetting {
  /** Identifies it by exact value, workspace and machine and, for a write switch, context. */
  key: string;
  setting: SettingName;
  value: unknown;
  /** The context a write switch is for. */
  context?: string | undefined;
}

export interface ProvidedKubeconfig {
  /** Identifies its exact content in this workspace, on this machine. */
  key: string;
  path: string;
  realPath: string;
  risk: KubeconfigRisk;
}

/** What the user has not agreed to: refused or not answered yet. */
export type Withheld = Provided & { refused: boolean };

/** Where a write switch applies: the same name may mean another cluster tomorrow. */
export interface SwitchContext {
  name: string;
  server: string;
}

/** A setting of a workspace. `place` is where it is set. */
export function providedSetting(
  setting: SettingName,
  value: unknown,
  where: { place: string; identity: string; context?: SwitchContext | undefined },
): ProvidedSetting {
  const { place, identity, context } = where;
  const key = JSON.stringify([hostname(), place, identity, setting, value ?? null, context ?? null]);
  return { key, setting, value, context: context?.name };
}

/** Identifies a kubeconfig's content in a workspace. */
export function kubeconfigKey(identity: string, realPath: string, fingerprint: string): string {
  return JSON.stringify([hostname(), identity, realPath, fingerprint]);
}

/** A kubeconfig of the workspace; undefined while the file is missing, broken or unused. */
export async function providedKubeconfig(
  path: string,
  places: readonly string[],
  identity: string,
): Promise<ProvidedKubeconfig | undefined> {
  const [{ loadKubeconfig }, { riskOf }] = await Promise.all([
    import('../../kubernetes/client/kubeconfig.ts'),
    import('../../kubernetes/client/kubeconfig-risk.ts'),
  ]);
  let found: ProvidedKubeconfig | undefined;
  await loadKubeconfig([path], {
    isStrange: async () => true,
    admit: async (file, content) => {
      const risk = await riskOf(file, content, places);
      if (risk)
        found = { key: kubeconfigKey(identity, file.realPath, risk.fingerprint), path, realPath: file.realPath, risk };
      return content;
    },
  }).catch(() => undefined);
  return found;
}

/** The context selected in kubeconfigs as they are, read without consent and used for nothing else. */
export async function contextIn(
  paths: readonly string[],
  context: string | undefined,
  isStrange: (path: string) => Promise<boolean>,
): Promise<SwitchContext | undefined> {
  const { findContext, kubeconfigPaths, loadKubeconfig, serverOf } = await import(
    '../../kubernetes/client/kubeconfig.ts'
  );
  try {
    const admit = async (_: unknown, content: KubeconfigFile) => content;
    const entry = findContext(
      await loadKubeconfig(kubeconfigPaths(paths), { isStrange, admit }, paths.length > 0),
      context,
    );
    return { name: entry.name, server: serverOf(entry) };
  } catch {
    return undefined;
  }
}

/** Does it let agents write? */
export function isSwitch(provided: Provided): provided is ProvidedSetting & { setting: WriteSwitch } {
  return 'setting' in provided && isWriteSwitch(provided.setting);
}
