import type {
  ReadonlyJSONObject,
  ReadonlyPartialJSONObject
} from '@lumino/coreutils';

/**
 * The schema of no arguments.
 */
export const NOTHING = { type: 'object', properties: {} };

/**
 * The schema of arguments that are all strings.
 */
export function strings(
  required: Record<string, string>,
  optional: Record<string, string> = {}
): ReadonlyJSONObject {
  return {
    type: 'object',
    required: Object.keys(required),
    properties: Object.fromEntries(
      Object.entries({ ...required, ...optional }).map(
        ([name, description]) => [name, { type: 'string', description }]
      )
    )
  };
}

/**
 * An argument that is a string; empty where it is not given.
 */
export function text(args: ReadonlyPartialJSONObject, name: string): string {
  const value = args[name];
  return typeof value === 'string' ? value : '';
}
