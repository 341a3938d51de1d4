import React from 'react';
import { CommandIDs } from '../commandids';
import type { IPackageRow } from '../packagerows';
import { needing } from '../packagerows';
import type { IComponentProps } from './CommandButton';
import { CommandButton } from './CommandButton';
import { installedBy, neededBy } from './packagewords';

/**
 * Properties of the package that was chosen.
 */
export interface IPackageDetailProps extends IComponentProps {
  readonly newest: string | null;
  readonly row: IPackageRow;
  readonly rows: ReadonlyArray<IPackageRow>;
}

/**
 * The package that was chosen: what is known of it, and what can be done with it.
 */
export function PackageDetail(props: IPackageDetailProps): JSX.Element {
  const { commands, newest, row, rows, trans } = props;
  const { name, running, version } = row;
  const needed = neededBy(needing(rows, name), trans);
  return (
    <section className="jp-Envcheck-packageDetail" aria-label={name}>
      <p>
        <b>{name}</b> {version ?? trans.__('version unknown')}
      </p>
      <p className="jp-Envcheck-aside">
        {[installedBy(row, trans), needed].filter(Boolean).join(' ')}
      </p>
      {running && (
        <p>
          {trans.__('The kernel still uses %1 until it is restarted.', running)}
        </p>
      )}
      {newest && (
        <p>
          {trans.__(
            '%1 is the newest release. Whether it fits the rest, a plan tells.',
            newest
          )}
        </p>
      )}
      <div className="jp-Envcheck-buttons">
        <CommandButton
          commands={commands}
          id={CommandIDs.planPackage}
          args={{ kind: 'update', spec: name, title: trans.__('Update…') }}
          name={trans.__('Update %1…', name)}
        />
        <CommandButton
          commands={commands}
          id={CommandIDs.otherVersion}
          args={{ name }}
        />
        <CommandButton
          commands={commands}
          id={CommandIDs.planPackage}
          args={{ kind: 'remove', spec: name, title: trans.__('Remove…') }}
          name={trans.__('Remove %1…', name)}
        />
      </div>
    </section>
  );
}
