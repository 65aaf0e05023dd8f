/** What one check found out. */
export interface Finding {
  /** `unknown`: could not be checked, because something before it failed. */
  state: 'good' | 'limited' | 'bad' | 'unknown';
  title: string;
  /** What is the case, a sentence each. */
  facts: string[];
  /** How to mend it, a sentence each. */
  remedies: string[];
}
