import React from 'react';
import type { Block } from '../markdown';
import { blocks, inlines } from '../markdown';
import { Link } from './Link';

/**
 * A page of the guide. Its text becomes elements of our own, and never markup.
 */
export function Markdown(props: {
  readonly text: string;

  /**
   * What a piece of code is, where it is more: the name of another page.
   */
  readonly code?: (text: string) => React.ReactNode;
}): JSX.Element {
  const line = (text: string): React.ReactNode => (
    <Line code={props.code} text={text} />
  );
  return (
    <div className="jp-Envcheck-page">
      {blocks(props.text).map((block, index) => (
        <Piece key={index} block={block} line={line} />
      ))}
    </div>
  );
}

function Piece(props: {
  readonly block: Block;
  readonly line: (text: string) => React.ReactNode;
}): JSX.Element {
  const { block, line } = props;
  switch (block.kind) {
    case 'heading':
      return <h4 className="jp-Envcheck-heading">{line(block.text)}</h4>;
    case 'paragraph':
      return <p>{line(block.text)}</p>;
    case 'list':
      return (
        <ul>
          {block.items.map((item, index) => (
            <li key={index}>{line(item)}</li>
          ))}
        </ul>
      );
    case 'table':
      return (
        <table>
          <thead>
            <tr>
              {block.head.map((cell, index) => (
                <th key={index} scope="col">
                  {line(cell)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {block.rows.map((row, index) => (
              <tr key={index}>
                {row.map((cell, place) => (
                  <td key={place}>{line(cell)}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      );
  }
}

function Line(props: {
  readonly code?: (text: string) => React.ReactNode;
  readonly text: string;
}): JSX.Element {
  return (
    <>
      {inlines(props.text).map((piece, index) => {
        switch (piece.kind) {
          case 'text':
            return piece.text;
          case 'code':
            return (
              <React.Fragment key={index}>
                {props.code?.(piece.text) ?? <code>{piece.text}</code>}
              </React.Fragment>
            );
          case 'bold':
            return <b key={index}>{piece.text}</b>;
          case 'italic':
            return <i key={index}>{piece.text}</i>;
          case 'link':
            return (
              <Link key={index} url={piece.url}>
                {piece.text}
              </Link>
            );
        }
      })}
    </>
  );
}
