/**
 * The MIME type of what the small `%envcheck` shows.
 */
export const MIME_TYPE = 'application/vnd.jupyterlab-envcheck+json';

/**
 * What an output of that type says of itself: anybody may have written it.
 */
export interface IBundle {
  /**
   * The name of the output; `null` where it has none that the magic would give.
   */
  readonly id: string | null;

  /**
   * What is shown where nothing is known of that name.
   */
  readonly text: string;
}

/**
 * Read an output of that type.
 */
export function readBundle(data: unknown): IBundle {
  const { [MIME_TYPE]: own, 'text/plain': text } = Private.record(data);
  const { id } = Private.record(own);
  return {
    id: typeof id === 'string' && /^[0-9a-f]{32}$/.test(id) ? id : null,
    text: typeof text === 'string' ? text.slice(0, Private.MOST) : ''
  };
}

/**
 * The words behind `%envcheck`, which come beside an output and are not kept with it.
 */
export function readWords(transient: unknown): ReadonlyArray<string> {
  const { envcheck } = Private.record(transient);
  return (Array.isArray(envcheck) ? envcheck : [])
    .slice(0, Private.MOST_WORDS)
    .map(word => String(word).slice(0, Private.LONGEST_WORD));
}

namespace Private {
  /**
   * How many characters are shown of a text.
   */
  export const MOST = 2000;

  export const MOST_WORDS = 20;

  export const LONGEST_WORD = 100;

  export function record(value: unknown): Record<string, unknown> {
    return typeof value === 'object' && value !== null
      ? (value as Record<string, unknown>)
      : {};
  }
}
