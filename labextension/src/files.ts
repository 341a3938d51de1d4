/**
 * Have the user choose a file of this computer, and read it.
 *
 * @param accept - The endings of names to offer, separated by commas
 * @returns Its text; `null` where none was chosen
 */
export async function chooseFile(accept: string): Promise<string | null> {
  const input = document.createElement('input');
  input.type = 'file';
  input.accept = accept;
  const chosen = new Promise<File | null>(resolve => {
    input.addEventListener('change', () => resolve(input.files?.[0] ?? null));
    input.addEventListener('cancel', () => resolve(null));
  });
  input.click();
  return (await chosen)?.text() ?? null;
}

/**
 * Have the user's browser save a text as a file.
 */
export function saveFile(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'text/plain' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
