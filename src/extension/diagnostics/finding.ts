/** The result of one check. */
export interface Finding {
  /** `unknown`: not checked, because an earlier check failed. */
  state: 'good' | 'limited' | 'bad' | 'unknown';
  title: string;
  /** Facts, a sentence each. */
  facts: string[];
  /** Fixes, a sentence each. */
  remedies: string[];
}
