import type { IExecution } from '../executions';

/**
 * What a cell may need, by the looks of it; what it is, the server's report says.
 */
export type IHint =
  | { readonly kind: 'missing'; readonly name: string }
  | { readonly kind: 'numpy' | 'driver' | 'install' | 'died' };

/**
 * Whether it is worth asking the server about a cell that was run; `null` where it is not.
 */
export function hintOf(
  seen: Pick<IExecution, 'died' | 'error' | 'output' | 'source'>
): IHint | null {
  const { died, error, output, source } = seen;
  if (died) {
    return { kind: 'died' };
  }
  const missing = error && Private.MISSING.exec(error.value);
  if (missing && /^(ModuleNotFound|Import)Error$/.test(error.name)) {
    return { kind: 'missing', name: missing[1] };
  }
  const said = error ? `${error.name}: ${error.value}\n${output}` : output;
  if (Private.NUMPY.test(said)) {
    return { kind: 'numpy' };
  }
  if (Private.DRIVER.test(said)) {
    return { kind: 'driver' };
  }
  return Private.INSTALL.every(sign => sign.test(source))
    ? { kind: 'install' }
    : null;
}

namespace Private {
  export const MISSING = /^No module named '([A-Za-z_]\w{0,100})['.]/;
  export const NUMPY =
    /numpy\.core\.multiarray failed to import|_ARRAY_API not found|dtype size changed|compiled using NumPy 1\.x|importing the numpy c-?extensions failed/i;
  export const DRIVER =
    /CUDA driver version is insufficient|NVIDIA driver on your system is too old/;
  export const INSTALL = [
    /^[ \t]*(!|%%(bash|sh|script|sx|system)\b)/m,
    /\b(pip3?|conda|mamba|micromamba|uv)\b/,
    /\binstall\b/
  ];
}
