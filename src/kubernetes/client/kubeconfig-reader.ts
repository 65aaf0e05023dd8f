import { filesFingerprint } from './files-fingerprint.ts';
import {
  type Kubeconfig,
  type KubeconfigPermit,
  kubeconfigPaths,
  loadKubeconfig,
  UntrustedKubeconfigError,
} from './kubeconfig.ts';

export interface KubeconfigReaderOptions {
  /** Kubeconfig files; empty: `KUBECONFIG` or the default file. */
  kubeconfig: readonly string[];
  /** Decides whether the files' content may be used. */
  permit: KubeconfigPermit | undefined;
  /** Told of each change of the files that is not used, as they are broken or gone. */
  onKubeconfigProblem?: (error: unknown) => void;
}

/** Reads the kubeconfig as it is now, or, while it is broken or gone, as it was last. */
export class KubeconfigReader {
  readonly #options: KubeconfigReaderOptions;
  readonly #paths: string[];
  #last: Kubeconfig | undefined;
  /** The files whose problem has been told. */
  #told: string | undefined;

  constructor(options: KubeconfigReaderOptions) {
    this.#options = options;
    this.#paths = kubeconfigPaths(options.kubeconfig);
  }

  /** Changes whenever one of the files, or of these further ones, does. */
  fingerprint(...others: string[]): string {
    return filesFingerprint([...this.#paths, ...others]);
  }

  /** @throws UserError when it has never been usable, UntrustedKubeconfigError when it may not be used. */
  async read(): Promise<Kubeconfig> {
    const { kubeconfig, permit } = this.#options;
    const fingerprint = this.fingerprint();
    try {
      this.#last = await loadKubeconfig(this.#paths, permit, kubeconfig.length > 0);
    } catch (error) {
      if (error instanceof UntrustedKubeconfigError) this.#last = undefined;
      if (!this.#last) throw error;
      if (this.#told !== fingerprint) this.#options.onKubeconfigProblem?.(error);
      this.#told = fingerprint;
    }
    return this.#last;
  }
}
