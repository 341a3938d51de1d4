import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';
import type { Cpus, Interpreter, Machine, Report } from '../wire';
import { EnvironmentFacts, FactList } from './EnvironmentFacts';

/**
 * The Python that runs the notebook, and the machine it runs on.
 */
export function EnvironmentMachine(props: {
  readonly report: Report;
  readonly trans: TranslationBundle;
}): JSX.Element {
  const { report, trans } = props;
  const { interpreter, machine } = report.facts;
  return (
    <>
      <EnvironmentFacts
        section={interpreter}
        title={trans.__('Python')}
        trans={trans}
      >
        {value => (
          <FactList facts={Private.python(value, trans)} trans={trans} />
        )}
      </EnvironmentFacts>
      <EnvironmentFacts
        section={machine}
        title={trans.__('Machine')}
        told={['cpus.logical', 'cpus.physical', 'cpus.usable']}
        trans={trans}
      >
        {value => (
          <FactList
            facts={Private.machine(value, machine.unknown, trans)}
            trans={trans}
          />
        )}
      </EnvironmentFacts>
    </>
  );
}

namespace Private {
  type Facts = [string, React.ReactNode, string?][];

  export function python(
    { executable, found, implementation, variables, version }: Interpreter,
    trans: TranslationBundle
  ): Facts {
    return [
      [trans.__('Version'), `${version} (${implementation})`],
      [
        trans.__('Program'),
        <span key="program">
          <code className="jp-Envcheck-path">{executable}</code>
          <span className="jp-Envcheck-label"> · {found}</span>
        </span>
      ],
      ...Object.entries(variables).map(([name, value]): Facts[number] => [
        name,
        <code key={name} className="jp-Envcheck-path">
          {value}
        </code>
      ])
    ];
  }

  export function machine(
    value: Machine,
    unknown: Readonly<Record<string, string>>,
    trans: TranslationBundle
  ): Facts {
    const { architecture, container, cpus, emulated } = value;
    const { microarchitecture, system, vendor } = value;
    const found: Facts = [
      [trans.__('System'), `${system}, ${architecture}`],
      [
        trans.__('Processor'),
        [vendor, microarchitecture].filter(Boolean).join(', ') || null,
        unknown.microarchitecture
      ],
      [
        trans.__('CPUs you may use'),
        cpus.usable === null ? null : usable(cpus, trans),
        unknown['cpus.usable']
      ],
      [
        trans.__('CPUs there are'),
        cpus.logical === null ? null : there(cpus, trans),
        unknown['cpus.logical']
      ]
    ];
    for (const { cpus: amount, group } of cpus.quotas) {
      found.push([
        trans.__('CPU quota'),
        <span key={group}>
          {amount} <code className="jp-Envcheck-path">{group}</code>
        </span>
      ]);
    }
    if (container) {
      found.push([trans.__('Container'), container]);
    }
    if (emulated) {
      found.push([
        trans.__('Emulated'),
        trans.__('this Python is made for another processor')
      ]);
    }
    return found;
  }

  function usable(
    { limited_by, usable: count }: Cpus,
    trans: TranslationBundle
  ): string {
    return limited_by
      ? trans.__('%1, because of %2', count, limited_by)
      : trans.__('%1, all of them', count);
  }

  function there(
    { logical, physical }: Cpus,
    trans: TranslationBundle
  ): string {
    return physical === null
      ? `${logical}`
      : trans._n('%2 on %1 core', '%2 on %1 cores', physical, logical);
  }
}
