import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';
import type { Conda, CondaSection } from '../wire';
import { EnvironmentFacts, FactList } from './EnvironmentFacts';

/**
 * What conda is set to in this environment.
 */
export function EnvironmentConda(props: {
  readonly section: CondaSection;
  readonly trans: TranslationBundle;
}): JSX.Element {
  const { section, trans } = props;
  return (
    <EnvironmentFacts
      section={section}
      title={trans.__('conda')}
      told={['config', 'config.channels']}
      trans={trans}
    >
      {conda => (
        <FactList
          facts={Private.facts(conda, section.unknown, trans)}
          trans={trans}
        />
      )}
    </EnvironmentFacts>
  );
}

namespace Private {
  export function facts(
    { config, frozen, pinned, records, root }: Conda,
    unknown: Readonly<Record<string, string>>,
    trans: TranslationBundle
  ): [string, React.ReactNode, string?][] {
    const found: [string, React.ReactNode, string?][] = [
      [
        trans.__('Channels'),
        config && (config.channels.join(', ') || trans.__('none is set')),
        unknown.config
      ]
    ];
    if (config?.channel_priority) {
      found.push([trans.__('Channel priority'), config.channel_priority]);
    }
    if (config?.solver) {
      found.push([trans.__('Solver'), config.solver]);
    }
    found.push([trans.__('Packages come from'), from(records, trans)]);
    if (pinned.length > 0) {
      found.push([trans.__('Held'), pinned.join(', ')]);
    }
    if (frozen) {
      found.push([trans.__('Frozen'), trans.__('conda changes nothing in it')]);
    }
    found.push([trans.__('Made by'), root, unknown.root]);
    return found;
  }

  /**
   * How many packages are of which channel, the most first.
   */
  function from(
    records: Conda['records'],
    trans: TranslationBundle
  ): string | null {
    const counts = new Map<string, number>();
    for (const { channel } of records) {
      const name = channel ?? trans.__('an unknown channel');
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
    return (
      [...counts]
        .sort(([, one], [, other]) => other - one)
        .map(([name, count]) => `${name} (${count})`)
        .join(', ') || null
    );
  }
}
