import type { Package, Report } from './wire';

/**
 * A package as it is listed.
 */
export interface IPackageRow {
  /**
   * Tells it from another of the same name, which lies elsewhere.
   */
  readonly key: string;
  readonly name: string;
  readonly version: string | null;

  /**
   * Who installed it; `null` where nobody noted it.
   */
  readonly by: string | null;

  /**
   * Whether it is not of Python, so that only conda knows it.
   */
  readonly native: boolean;

  /**
   * The version that the kernel uses until it is restarted; `null` where that is this one.
   */
  readonly running: string | null;

  /**
   * What Python's metadata tell of it; `null` where there are none.
   */
  readonly metadata: Package | null;
}

/**
 * All packages of an environment, by name; `null` where that is not known.
 */
export function packageRows(report: Report): ReadonlyArray<IPackageRow> | null {
  const { conda, packages } = report.facts;
  if (!packages.value) {
    return null;
  }
  const running = Private.running(report);
  const rows = packages.value.map((metadata): IPackageRow => ({
    key: `${metadata.name} ${metadata.location}`,
    name: metadata.name,
    version: metadata.version,
    by: metadata.installer,
    native: false,
    running: running.get(metadata.name) ?? null,
    metadata
  }));
  const names = new Set(rows.map(({ name }) => name));
  const folders = new Set(packages.value.map(({ metadata }) => metadata));
  for (const record of conda.value?.records ?? []) {
    const of = record.distributions ?? [];
    if (!of.some(folder => folders.has(folder)) && !names.has(record.name)) {
      rows.push({
        key: record.name,
        name: record.name,
        version: record.version,
        by: 'conda',
        native: true,
        running: null,
        metadata: null
      });
    }
  }
  return rows.sort((one, other) => (one.name < other.name ? -1 : 1));
}

/**
 * The packages that fit what a person typed: by name, or by what they are imported as.
 */
export function matching(
  rows: ReadonlyArray<IPackageRow>,
  text: string
): ReadonlyArray<IPackageRow> {
  const wanted = normal(Private.nameIn(text));
  if (wanted === '') {
    return text.trim() === '' ? rows : [];
  }
  return rows.filter(
    ({ metadata, name }) =>
      name.includes(wanted) ||
      metadata?.imports.some(one => normal(one).startsWith(wanted))
  );
}

/**
 * What a person typed, as something that can be installed.
 *
 * @returns `null` where it is no name with a version, or is what is there already
 */
export function offered(
  rows: ReadonlyArray<IPackageRow>,
  text: string
): string | null {
  const spec = text.trim();
  if (!Private.SPEC.test(spec)) {
    return null;
  }
  const name = Private.nameIn(spec);
  const there = rows.some(
    row => row.name === normal(name) || row.metadata?.imports.includes(name)
  );
  return there && name === spec ? null : spec;
}

/**
 * The packages that need one, by their names.
 */
export function needing(
  rows: ReadonlyArray<IPackageRow>,
  name: string
): ReadonlyArray<string> {
  return rows
    .filter(({ metadata }) =>
      metadata?.requires.some(one => normal(Private.nameIn(one)) === name)
    )
    .map(row => row.name);
}

/**
 * A name in the one spelling that all its spellings mean (PEP 503).
 */
function normal(name: string): string {
  return name.toLowerCase().replace(/[-_.]+/g, '-');
}

namespace Private {
  const NAME = '[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?';
  const EXTRAS = `\\[\\s*${NAME}(?:\\s*,\\s*${NAME})*\\s*\\]`;
  const CLAUSE = '(?:===?|~=|!=|<=?|>=?|=)\\s*[A-Za-z0-9.*+!_-]+';

  /**
   * A requirement as pip or conda is given one, as far as the page can tell.
   */
  export const SPEC = new RegExp(
    `^${NAME}\\s*(?:${EXTRAS})?\\s*(?:${CLAUSE}(?:\\s*,\\s*${CLAUSE})*)?$`
  );

  /**
   * The name that something typed begins with.
   */
  export function nameIn(text: string): string {
    return /^[A-Za-z0-9._-]*/.exec(text.trim())?.[0] ?? '';
  }

  /**
   * The versions that the kernel uses of packages which have others by now: as the check found it,
   * which knows what versions are the same.
   */
  export function running({ facts, outcomes }: Report): Map<string, string> {
    const stale = outcomes
      .filter(({ check }) => check === 'restart-needed')
      .flatMap(({ evidence }) => evidence.map(({ label }) => label));
    const found = new Map<string, string>();
    for (const module of facts.process.value?.modules ?? []) {
      const { distribution, name, version } = module;
      if (distribution && version && stale.includes(name)) {
        found.set(distribution, version);
      }
    }
    return found;
  }
}
