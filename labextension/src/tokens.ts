import { Token } from '@lumino/coreutils';
import type { EnvcheckModel } from './model';

/**
 * The name under which this extension's plugins and settings are known.
 */
export const NAMESPACE = 'jupyterlab-envcheck';

/**
 * What the panel knows: the report, the plan and the jobs of the kernel in front.
 */
export type IEnvcheckModel = EnvcheckModel;

/**
 * The token of the model, for extensions that want to show or use what it knows.
 */
export const IEnvcheckModel = new Token<IEnvcheckModel>(
  'jupyterlab-envcheck:IEnvcheckModel',
  'What is known of the environment of the kernel in front.'
);
