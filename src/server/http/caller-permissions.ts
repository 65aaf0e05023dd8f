import type { AuthenticationOptions } from '../command-line/http-options.ts';
import type { CommandLine } from '../command-line/options.ts';
import { LivePermissions, type Permissions } from '../mcp/permissions.ts';
import type { Identity } from './authentication/identity.ts';

type Given = Pick<CommandLine, 'permissions' | 'callers'>;

/** Who a caller is, as far as entries name it. */
interface Caller {
  user: string | undefined;
  groups: readonly string[];
}

interface Kept {
  caller: Caller;
  /** Gone with the last session of the caller: anybody may come with a name of their own, once. */
  live: WeakRef<LivePermissions>;
}

/** The permissions of every caller, which follow the configuration. */
export class CallerPermissions {
  /** Does it depend on the caller? Then callers share nothing that was read under the rules of another. */
  readonly differ: boolean;
  readonly #groupClaim: string;
  readonly #kept = new Map<string, Kept>();
  readonly #gone = new FinalizationRegistry<string>((key) => {
    // The caller may have come back.
    if (!this.#kept.get(key)?.live.deref()) this.#kept.delete(key);
  });
  #given: Given;

  constructor(given: Given, { impersonate }: AuthenticationOptions) {
    this.#given = given;
    this.differ = given.callers.length > 0;
    this.#groupClaim = impersonate?.group ?? 'groups';
  }

  of(identity: Identity): LivePermissions {
    const key = this.keyOf(identity);
    const kept = this.#kept.get(key)?.live.deref();
    if (kept) return kept;
    const caller = this.#callerOf(identity);
    const live = new LivePermissions(this.#for(caller));
    this.#kept.set(key, { caller, live: new WeakRef(live) });
    this.#gone.register(live, key);
    return live;
  }

  /** The same for callers who may do the same. */
  keyOf(identity: Identity): string {
    if (!this.differ) return '';
    const { user, groups } = this.#callerOf(identity);
    return JSON.stringify([user, groups]);
  }

  /** Replaces what callers may do. @throws Error when it would begin to depend on the caller. */
  follow(given: Given): void {
    if (given.callers.length > 0 && !this.differ)
      throw new Error('"callers" was added, which needs a restart: what callers have read so far is shared by them.');
    this.#given = given;
    for (const { caller, live } of this.#kept.values()) live.deref()?.follow(this.#for(caller));
  }

  #for({ user, groups }: Caller): Permissions {
    const entry = this.#given.callers.find(
      (one) => (user !== undefined && one.users.includes(user)) || one.groups.some((group) => groups.includes(group)),
    );
    return entry ?? this.#given.permissions;
  }

  #callerOf({ user, claims }: Identity): Caller {
    return { user, groups: [claims[this.#groupClaim]].flat().filter((group) => typeof group === 'string') };
  }
}
