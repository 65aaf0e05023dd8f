import { Policy } from '../../kubernetes/policy.ts';
import type { ReviewMode, Rules } from '../../kubernetes/rules.ts';

/** What a caller may do, and whether a user is asked first. */
export interface Permissions {
  rules: Rules;
  review: ReviewMode;
}

/** A policy in use keeps the permissions that it belongs to, or it would not hear of their changes. */
const owners = new WeakMap<Policy, LivePermissions>();

/** The permissions of a caller; they may change while the caller is connected. */
export class LivePermissions {
  readonly policy: Policy;
  #review: ReviewMode;

  constructor({ rules, review }: Permissions) {
    this.policy = new Policy(rules);
    this.#review = review;
    owners.set(this.policy, this);
  }

  readonly review = (): ReviewMode => this.#review;

  /** Replaces them, also for what is under way. */
  follow({ rules, review }: Permissions): void {
    this.#review = review;
    this.policy.follow(rules);
  }
}
