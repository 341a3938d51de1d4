import { ReactWidget } from '@jupyterlab/ui-components';
import React from 'react';
import type { IComponentProps } from '../components/CommandButton';
import { MagicReport } from '../components/MagicReport';
import type { IDisplay } from './displays';

/**
 * An output of the small `%envcheck` with the report that the server gave.
 */
export class Drawn extends ReactWidget {
  constructor(
    private readonly _options: IComponentProps & {
      readonly display: () => IDisplay | null;
    }
  ) {
    super();
    const { trans } = _options;
    this.addClass('jp-Envcheck');
    this.addClass('jp-Envcheck-output');
    this.node.setAttribute('role', 'group');
    this.node.setAttribute('aria-label', trans.__('Environment check'));
    // In command mode keys mean something to the notebook: Enter would not press a button.
    this.node.setAttribute('data-lm-suppress-shortcuts', 'true');
  }

  protected render(): JSX.Element | null {
    const { commands, display, trans } = this._options;
    const shown = display();
    return (
      shown && <MagicReport commands={commands} shown={shown} trans={trans} />
    );
  }
}
