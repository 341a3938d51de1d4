import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';
import type { Library, Report } from '../wire';
import { Bar } from './Bar';
import type { ISection } from './EnvironmentFacts';
import { EnvironmentFacts, Unknown } from './EnvironmentFacts';
import { libraryWords } from './librarynames';

/**
 * The pools of threads: those that the kernel has now, and those that it would start with.
 */
export function Pools(props: {
  readonly report: Report;
  readonly trans: TranslationBundle;
}): JSX.Element {
  const { report, trans } = props;
  const { machine, process, thread_pools } = report.facts;
  const usable = machine.value?.cpus.usable ?? null;
  const live: ISection<Library[]> = {
    at: process.at,
    source: process.value?.pools_thread
      ? trans.__('the kernel itself, in %1', process.value.pools_thread)
      : process.source,
    value: process.value?.pools ?? null,
    unknown: { value: process.unknown.pools ?? process.unknown.value }
  };
  const most = Math.max(
    usable ?? 1,
    ...[...(live.value ?? []), ...(thread_pools.value ?? [])].map(
      ({ threads }) => threads ?? 0
    )
  );
  const list = (pools: ReadonlyArray<Library>): JSX.Element =>
    pools.length === 0 ? (
      <p>{trans.__('None has been loaded.')}</p>
    ) : (
      <ul className="jp-Envcheck-list">
        {pools.map((pool, index) => (
          <li key={index} title={pool.path ?? undefined}>
            <Pool most={most} pool={pool} trans={trans} usable={usable} />
          </li>
        ))}
      </ul>
    );
  return (
    <>
      <EnvironmentFacts
        section={live}
        title={trans.__('Threads in the kernel now')}
        trans={trans}
      >
        {list}
      </EnvironmentFacts>
      <EnvironmentFacts
        section={thread_pools}
        title={trans.__('Threads at its start')}
        trans={trans}
      >
        {list}
      </EnvironmentFacts>
    </>
  );
}

/**
 * One pool, against the CPUs that one may use.
 */
function Pool(props: {
  readonly most: number;
  readonly pool: Library;
  readonly trans: TranslationBundle;
  readonly usable: number | null;
}): JSX.Element {
  const { most, pool, trans, usable } = props;
  const name = libraryWords(pool, trans);
  if (pool.threads === null) {
    return (
      <p>
        {name} · <Unknown trans={trans} />
      </p>
    );
  }
  const threads = trans._n('%1 thread', '%1 threads', pool.threads);
  const words =
    usable === null
      ? threads
      : trans.__('%1, %2', threads, trans._n('%1 CPU', '%1 CPUs', usable));
  return (
    <>
      <div className="jp-Envcheck-barTitle">
        <span>{name}</span>
        <span>{words}</span>
      </div>
      <Bar
        label={`${name}: ${words}`}
        limit={usable}
        most={most}
        value={pool.threads}
      />
    </>
  );
}
