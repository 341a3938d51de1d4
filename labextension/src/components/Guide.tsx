import React from 'react';
import type { IProblem } from '../api';
import { CommandIDs } from '../commandids';
import { noteIcon } from '../icons';
import type { IReading } from '../guide';
import type { IFit } from '../guidefit';
import type { GuideEntry as IGuideEntry } from '../wire';
import type { IComponentProps } from './CommandButton';
import { CommandButton } from './CommandButton';
import { GuideEntry } from './GuideEntry';
import { Live } from './Live';
import { Notice } from './Notice';
import { Problem } from './Problem';
import { Search } from './Search';

/**
 * Properties of the guide.
 */
export interface IGuideProps extends IComponentProps {
  readonly asked: IReading | null;

  /**
   * `null` while they are fetched, or could not be.
   */
  readonly entries: ReadonlyArray<IGuideEntry> | null;
  readonly fits: ReadonlyArray<IFit>;

  /**
   * What to call when what was asked for is in sight.
   */
  readonly onFound: () => void;
  readonly onOpen: (id: string | null) => void;
  readonly onSearch: (text: string) => void;
  readonly open: string | null;
  readonly problem: IProblem | null;
  readonly text: string;
}

/**
 * The guide: the entries that fit first, and those that have all the words that were typed.
 */
export function Guide(props: IGuideProps): JSX.Element {
  const { commands, entries, fits, onSearch, problem, text, trans } = props;
  if (!entries) {
    return problem ? (
      <>
        <Problem problem={problem} trans={trans} />
        <div className="jp-Envcheck-underNotice">
          <CommandButton
            commands={commands}
            id={CommandIDs.openGuide}
            args={{ title: trans.__('Try Again') }}
          />
        </div>
      </>
    ) : (
      <Notice icon={noteIcon} title={trans.__('The guide is being fetched…')} />
    );
  }
  const shown = Private.having(entries, text);
  const fitting = fits.flatMap(fit => {
    const entry = shown.find(({ id }) => id === fit.entry);
    return entry ? [{ entry, fit }] : [];
  });
  const others = shown.filter(({ id }) => !fits.some(fit => fit.entry === id));
  return (
    <>
      <div className="jp-Envcheck-tools">
        <Search
          label={trans.__('Search the guide')}
          onChange={onSearch}
          value={text}
        />
      </div>
      {shown.length === 0 && (
        <Notice
          icon={noteIcon}
          title={trans.__('No entry has all of these words.')}
        />
      )}
      {fitting.length > 0 && (
        <h3 className="jp-Envcheck-heading jp-mod-apart">
          {trans.__('For you')}
        </h3>
      )}
      <ul className="jp-Envcheck-list">
        {fitting.map(({ entry, fit }) => (
          <GuideEntry key={entry.id} {...props} entry={entry} fit={fit} />
        ))}
      </ul>
      {fitting.length > 0 && others.length > 0 && (
        <h3 className="jp-Envcheck-heading jp-mod-apart">{trans.__('More')}</h3>
      )}
      <ul className="jp-Envcheck-list">
        {others.map(entry => (
          <GuideEntry key={entry.id} {...props} entry={entry} fit={null} />
        ))}
      </ul>
      <Live
        text={
          text
            ? trans._n('%1 entry found', '%1 entries found', shown.length)
            : ''
        }
      />
    </>
  );
}

namespace Private {
  /**
   * The entries that have all of the words.
   */
  export function having(
    entries: ReadonlyArray<IGuideEntry>,
    text: string
  ): ReadonlyArray<IGuideEntry> {
    const words = text.toLowerCase().split(/\s+/).filter(Boolean);
    return entries.filter(entry => {
      const all = `${entry.title}\n${entry.text}`.toLowerCase();
      return words.every(word => all.includes(word));
    });
  }
}
