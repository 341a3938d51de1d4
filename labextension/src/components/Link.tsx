import React from 'react';

/**
 * A link to a page on the web; plain text where the address is no such page.
 */
export function Link(props: {
  readonly url: string;
  readonly children: React.ReactNode;
}): JSX.Element {
  if (!Private.isWeb(props.url)) {
    return <>{props.children}</>;
  }
  return (
    <a
      className="jp-Envcheck-link"
      href={props.url}
      rel="noopener noreferrer"
      target="_blank"
    >
      {props.children}
    </a>
  );
}

namespace Private {
  /**
   * Addresses come with a report, whose texts nobody vouches for: `javascript:` is one too.
   */
  export function isWeb(url: string): boolean {
    try {
      return ['http:', 'https:'].includes(new URL(url).protocol);
    } catch {
      return false;
    }
  }
}
