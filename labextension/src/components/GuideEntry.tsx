import { classes } from '@jupyterlab/ui-components';
import React, { useEffect, useId, useRef } from 'react';
import { CommandIDs } from '../commandids';
import type { IFit } from '../guidefit';
import type { GuideEntry as IGuideEntry } from '../wire';
import { CommandButton } from './CommandButton';
import type { IGuideProps } from './Guide';
import { Markdown } from './Markdown';

/**
 * An entry of the guide: its title and why it is for you; opened, also its text.
 */
export function GuideEntry(
  props: IGuideProps & {
    readonly entry: IGuideEntry;
    readonly fit: IFit | null;
  }
): JSX.Element {
  const { asked, commands, entries, entry, fit, trans } = props;
  const { onFound, onOpen } = props;
  const open = props.open === entry.id;
  const id = useId();
  const title = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (asked?.id === entry.id) {
      title.current?.scrollIntoView({ block: 'start' });
      title.current?.focus();
      onFound();
    }
  }, [asked, entry.id, onFound]);
  return (
    <li className={classes('jp-Envcheck-finding', fit?.here && 'jp-mod-here')}>
      <h4>
        <button
          ref={title}
          className="jp-Envcheck-findingTitle jp-mod-entry"
          aria-controls={id}
          aria-expanded={open}
          onClick={() => onOpen(open ? null : entry.id)}
          type="button"
        >
          <span>{entry.title}</span>
          {fit && (
            <span className="jp-Envcheck-label">
              {fit.here ? trans.__('You are here. %1', fit.why) : fit.why}
            </span>
          )}
        </button>
      </h4>
      <div id={id} hidden={!open}>
        {open && (
          <Markdown
            // The guide refers to its other entries by their names.
            code={text => {
              const other = entries?.find(one => one.id === text);
              return (
                other && (
                  <CommandButton
                    commands={commands}
                    id={CommandIDs.openGuide}
                    args={{ entry: other.id, title: other.title }}
                    look="quiet"
                  />
                )
              );
            }}
            text={entry.text}
          />
        )}
      </div>
    </li>
  );
}
