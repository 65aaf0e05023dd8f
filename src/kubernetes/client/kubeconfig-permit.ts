import type { Agreement, KubeconfigInQuestion } from '../../protocol.ts';
import type { KubeconfigPermit } from './kubeconfig.ts';
import type { KubeconfigBytes } from './kubeconfig-bytes.ts';
import type { KubeconfigFile } from './kubeconfig-file.ts';
import { riskOf } from './kubeconfig-risk.ts';
import type { Pin } from './pins.ts';
import { isInside } from './places.ts';

/** How kubeconfigs from a workspace are vouched for. */
export interface Vouching {
  /** Files and folders that came with the workspace. */
  places: readonly string[];
  /** Further files to ask about. */
  isAsked?: (path: string) => boolean;
  agreement(kubeconfig: KubeconfigInQuestion): Promise<Agreement>;
  /** The error for a kubeconfig that was not agreed to. */
  refusal(path: string, agreement: Exclude<Agreement, 'agreed'>): Error;
}

/** Permits a workspace's kubeconfig only if it is vouched for, checked each time it is read. */
export class StrangerPermit implements KubeconfigPermit {
  readonly #vouching: Vouching;

  constructor(vouching: Vouching) {
    this.#vouching = vouching;
  }

  isStrange(path: string): Promise<boolean> {
    return isInside(path, this.#vouching.places);
  }

  async admit(file: KubeconfigBytes, content: KubeconfigFile, isStrange: boolean): Promise<KubeconfigFile> {
    const { places, isAsked, agreement, refusal } = this.#vouching;
    // A link may have changed since it was checked.
    const isTheirs = isStrange || (await this.isStrange(file.realPath));
    if (!isTheirs && !isAsked?.(file.path)) return confined(content, places);
    const risk = await riskOf(file, content, places);
    if (!risk) return content;
    const { fingerprint } = risk;
    const answer = await agreement({ path: file.realPath, fingerprint, isStrange: isTheirs });
    if (answer !== 'agreed') throw refusal(file.path, answer);
    return confined(content, places, risk.pins);
  }
}

function confined(
  content: KubeconfigFile,
  places: readonly string[],
  pins?: ReadonlyMap<string, readonly Pin[]>,
): KubeconfigFile {
  if (places.length === 0) return content;
  const users = content.users.map((entry) => {
    const own = pins && (pins.get(entry.name) ?? []);
    return { ...entry, confinement: { places, pins: own } };
  });
  return { ...content, users };
}
