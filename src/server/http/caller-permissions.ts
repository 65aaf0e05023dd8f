import type { AuthenticationOptions } from '../command-line/http-options.ts';
import type { CommandLine } from '../command-line/options.ts';
import { LivePermissions, type Permissions } from '../mcp/permissions.ts';
import type { Identity } from './authentication/identity.ts';

type Given = Pick<CommandLine, 'permissions' | 'callers'>;

/** The permissions of every caller, which follow the configuration. */
export class CallerPermissions {
  /** Does it depend on the caller? Then callers share nothing that was read under the rules of another. */
  readonly differ: boolean;
  readonly #groupClaim: string;
  readonly #kept = new Map<string, { identity: Identity; live: LivePermissions }>();
  #given: Given;

  constructor(given: Given, { impersonate }: AuthenticationOptions) {
    this.#given = given;
    this.differ = given.callers.length > 0;
    this.#groupClaim = impersonate?.group ?? 'groups';
  }

  of(identity: Identity): LivePermissions {
    const key = this.keyOf(identity);
    let kept = this.#kept.get(key);
    if (!kept) {
      kept = { identity, live: new LivePermissions(this.#for(identity)) };
      this.#kept.set(key, kept);
    }
    return kept.live;
  }

  /** The same for callers who may do the same. */
  keyOf(identity: Identity): string {
    return this.differ ? JSON.stringify([identity.user, this.#groupsOf(identity)]) : '';
  }

  /** Replaces what callers may do. @throws Error when it would begin to depend on the caller. */
  follow(given: Given): void {
    if (given.callers.length > 0 && !this.differ)
      throw new Error('"callers" was added, which needs a restart: what callers have read so far is shared by them.');
    this.#given = given;
    for (const { identity, live } of this.#kept.values()) live.follow(this.#for(identity));
  }

  #for(identity: Identity): Permissions {
    const groups = this.#groupsOf(identity);
    const entry = this.#given.callers.find(
      ({ users, groups: of }) =>
        (identity.user !== undefined && users.includes(identity.user)) || of.some((group) => groups.includes(group)),
    );
    return entry ?? this.#given.permissions;
  }

  #groupsOf({ claims }: Identity): string[] {
    const value = claims[this.#groupClaim];
    return [value].flat().filter((group) => typeof group === 'string');
  }
}
