// A search before its submission: the requirement of its site, the changes to it, and the search
// options. An unchanged sample is submitted by its name.

import type { JobRequest } from '../api/types.ts';

// biome-ignore lint/suspicious/noExplicitAny: it is somebody's JSON until the server has checked it.
export type Requirement = Record<string, any>;

/** A path in a requirement, or in the search options: there it begins with `options`. */
export type Path = readonly string[];

/** A changed value; null removes it. `times`: a factor on all of its values by the step. */
export type Change = number | string | boolean | null | { times: number };

export interface Site {
  /** The name of the sample, if it is one. */
  sample?: string;
  requirement: Requirement;
}

type Changes = [Path, Change][];

/** What a person has entered; kept over a reload. */
export interface DraftChanges {
  changes: Changes;
  disabled: string[];
  /** Missing in drafts kept by an older version. */
  name?: string;
  audience?: string;
}

export class Draft {
  site: Site = { requirement: {} };
  disabled = new Set<string>();
  /** The typed title; empty for the name of the site. */
  name = '';
  /** Who sees the search: empty for everybody, `owner`, or `team:` and its name. */
  audience = '';
  private readonly changes = new Map<string, [Path, Change]>();

  /** Switches to another site. Search options stay; changes to the former site are dropped. */
  switchTo(site: Site): void {
    this.site = site;
    for (const [key, [path]] of this.changes) if (isOfSite(path)) this.changes.delete(key);
  }

  /** Sets the whole site, where only its name was known. */
  setRequirement(requirement: Requirement): void {
    this.site = { ...this.site, requirement };
  }

  /** The value at a path, with changes. */
  value(path: Path): unknown {
    const changed = this.changes.get(path.join('\n'));
    return changed ? changed[1] : this.original(path);
  }

  /** The value at a path, without changes. */
  original(path: Path): unknown {
    return isOfSite(path) ? at(this.site.requirement, path) : undefined;
  }

  change(path: Path, change: Change): void {
    const key = path.join('\n');
    if (change === (this.original(path) ?? null)) this.changes.delete(key);
    else this.changes.set(key, [path, change]);
  }

  toStored(): DraftChanges {
    const { name, audience } = this;
    return { changes: [...this.changes.values()], disabled: [...this.disabled], name, audience };
  }

  /** Copies everything but the site from an earlier search. */
  copyRequest({ name, disabled_devices, options, visibility, team }: JobRequest): void {
    this.name = name ?? '';
    this.audience = team ? `team:${team}` : visibility === 'owner' ? 'owner' : '';
    this.disabled = new Set(disabled_devices);
    for (const [option, value] of Object.entries(options)) {
      this.change(['options', option], value as Change);
    }
  }

  restore({ changes, disabled, name = '', audience = '' }: DraftChanges): void {
    this.name = name;
    this.audience = audience;
    this.disabled = new Set(disabled);
    for (const [path, change] of changes) this.change(path, change);
  }

  request(): JobRequest {
    const { sample, requirement } = this.site;
    const all = [...this.changes.values()];
    const { options = {} } = applied(
      {},
      all.filter(([path]) => !isOfSite(path)),
    );
    const changes = all.filter(([path]) => isOfSite(path));
    const name = this.name.trim();
    return {
      ...(sample !== undefined && changes.length === 0
        ? { sample }
        : { requirement: applied(requirement, changes) }),
      ...(name && { name }),
      ...sharing(this.audience),
      disabled_devices: [...this.disabled],
      options,
    };
  }
}

function sharing(audience: string): Pick<JobRequest, 'visibility' | 'team'> {
  if (audience.startsWith('team:')) return { visibility: 'team', team: audience.slice(5) };
  return audience === 'owner' ? { visibility: 'owner' } : {};
}

function isOfSite(path: Path): boolean {
  return path[0] !== 'options';
}

/** The value at a path; undefined if there is none. */
export function at(requirement: Requirement, path: Path): unknown {
  // biome-ignore lint/suspicious/noExplicitAny: as above.
  let found: any = requirement;
  for (const name of path) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, name)) return;
    found = found[name];
  }
  return found;
}

/** A requirement with changes; unchanged parts are shared with the original. */
function applied(requirement: Requirement, changes: Changes): Requirement {
  return changes.reduce(
    (before, [path, change]) => put(before, path, changedValue(requirement, path, change)),
    requirement,
  );
}

function multiplies(change: Change): change is { times: number } {
  return typeof change === 'object' && change !== null;
}

function changedValue(requirement: Requirement, path: Path, change: Change): unknown {
  if (!multiplies(change)) return change ?? undefined;
  const stated = at(requirement, path);
  const values = typeof stated === 'string' ? at(requirement, ['profiles', stated]) : stated;
  if (typeof values === 'number') return values * change.times;
  return Array.isArray(values) ? values.map((value) => value * change.times) : stated;
}

function put(before: Requirement, [name = '', ...rest]: Path, value: unknown): Requirement {
  const within = rest.length > 0 ? put(before[name] ?? {}, rest, value) : value;
  const { [name]: _, ...others } = before;
  // A new one last; the others keep their order.
  return within === undefined
    ? others
    : Object.hasOwn(before, name)
      ? { ...before, [name]: within }
      : { ...others, [name]: within };
}
