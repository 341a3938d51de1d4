import { Button } from '@jupyterlab/ui-components';
import React, { useState } from 'react';
import { CommandIDs } from '../commandids';
import type { IComponentProps } from './CommandButton';

/**
 * Where an environment lies: cut in the middle where there is no room, copied with a click.
 */
export function Prefix(
  props: IComponentProps & { readonly path: string }
): JSX.Element {
  const { commands, path, trans } = props;
  const [copied, setCopied] = useState(false);
  const end = path.replace(/[\\/][^\\/]*[\\/]*$/, '').length;
  return (
    <Button
      className="jp-Envcheck-prefix"
      aria-label={
        copied ? trans.__('Copied') : trans.__('Copy the path %1', path)
      }
      onBlur={() => setCopied(false)}
      onClick={() => {
        void commands.execute(CommandIDs.copy, { text: path });
        setCopied(true);
      }}
      onMouseLeave={() => setCopied(false)}
      title={trans.__('%1 (click to copy)', path)}
    >
      <span className="jp-Envcheck-prefixHead">{path.slice(0, end)}</span>
      <span className="jp-Envcheck-prefixTail">{path.slice(end)}</span>
      <span className="jp-Envcheck-copied">
        {copied ? trans.__('Copied') : ''}
      </span>
    </Button>
  );
}
