import { Button } from '@jupyterlab/ui-components';
import React from 'react';
import { CommandIDs } from '../commandids';
import { noteIcon } from '../icons';
import type { Packages } from '../packages';
import type { PackagesSection } from '../wire';
import type { IComponentProps } from './CommandButton';
import { CommandButton } from './CommandButton';
import { Live } from './Live';
import { Notice } from './Notice';
import { Problem } from './Problem';
import { Search } from './Search';

/**
 * Properties of what is above the list of packages.
 */
export interface IPackagesHeadProps extends IComponentProps {
  /**
   * What to call when the user goes on to the list.
   */
  readonly onEnter: () => void;
  readonly packages: Packages;

  /**
   * The facts as they were sent; `null` where there is no report.
   */
  readonly section: PackagesSection | null;
}

/**
 * What is above the list: a field to find a package or name a new one, and what can be done with all.
 */
export const PackagesHead = React.forwardRef<
  HTMLInputElement,
  IPackagesHeadProps
>(function PackagesHead(props, ref) {
  const { commands, onEnter, packages, section, trans } = props;
  const { asking, offer, problem, rows, shown, text, unasked } = packages;
  if (!rows) {
    return (
      <Notice
        icon={noteIcon}
        title={trans.__('Which packages are installed is not known.')}
      >
        {section?.unknown.value &&
          trans.__('The reason: %1.', section.unknown.value)}
      </Notice>
    );
  }
  const plan = { kind: 'install', spec: offer ?? '' };
  const onKeyDown = (event: React.KeyboardEvent): void => {
    if (event.key === 'ArrowDown') {
      event.preventDefault();
      onEnter();
    } else if (event.key === 'Enter' && offer !== null && shown.length < 2) {
      void commands.execute(CommandIDs.planPackage, plan);
    } else if (event.key === 'Enter') {
      onEnter();
    }
  };
  const count =
    shown.length === rows.length
      ? trans._n('%1 package', '%1 packages', rows.length)
      : trans.__('%1 of %2 packages', shown.length, rows.length);
  return (
    <div className="jp-Envcheck-tools">
      <Search
        ref={ref}
        label={trans.__('Find a package, or name a new one')}
        onChange={value => packages.find(value)}
        onKeyDown={onKeyDown}
        value={text}
      />
      <div className="jp-Envcheck-toolsLine">
        <span title={section?.source}>
          {/[=<>~!]\s*$/.test(text)
            ? trans.__('Go on with a version, such as 2.1.')
            : count}
        </span>
        {offer !== null && (
          <CommandButton
            commands={commands}
            id={CommandIDs.planPackage}
            args={plan}
            look="quiet"
          />
        )}
      </div>
      {problem && <Problem problem={problem} trans={trans} />}
      {unasked !== null && <p className="jp-Envcheck-aside">{unasked}</p>}
      {asking && (
        <progress
          className="jp-Envcheck-progress"
          aria-label={trans.__('Asking the package index')}
        />
      )}
      <div className="jp-Envcheck-toolsLine jp-mod-packed">
        <Outdated {...props} />
        <CommandButton
          commands={commands}
          id={CommandIDs.exportEnvironment}
          look="quiet"
        />
        <CommandButton
          commands={commands}
          id={CommandIDs.restoreEnvironment}
          look="quiet"
        />
      </div>
      <Live text={news(props, count)} />
    </div>
  );
});

/**
 * A button that asks for newer releases; then how many there are, which narrows the list to them.
 */
function Outdated(props: IPackagesHeadProps): JSX.Element {
  const { commands, packages, trans } = props;
  const { outdated } = packages;
  if (!outdated) {
    return (
      <>
        <CommandButton
          commands={commands}
          id={CommandIDs.showUpdates}
          look="quiet"
        />
        {outdated === 0 && !packages.asking && (
          <span>
            {packages.unasked === null
              ? trans.__('None has a newer release.')
              : trans.__('None of pip’s has a newer release.')}
          </span>
        )}
      </>
    );
  }
  return (
    <Button
      className="jp-Envcheck-chip"
      aria-pressed={packages.onlyOutdated}
      onClick={() => void commands.execute(CommandIDs.onlyUpdates)}
      title={commands.caption(CommandIDs.onlyUpdates)}
    >
      {trans._n('%1 has a newer release', '%1 have newer releases', outdated)}
    </Button>
  );
}

/**
 * What to say aloud: what was found, or what the index says.
 */
function news(
  { packages: { asking, outdated, text }, trans }: IPackagesHeadProps,
  count: string
): string {
  if (asking) {
    return trans.__('Asking the package index…');
  }
  if (text !== '') {
    return count;
  }
  return outdated === null
    ? ''
    : trans._n(
        '%1 package has a newer release.',
        '%1 packages have newer releases.',
        outdated
      );
}
