import { Token } from '@lumino/coreutils';
import type { KernelFollower } from './kernel';
import type { EnvcheckModel } from './model';
import type { Executions } from './executions';

/**
 * The name under which this extension's translations are known.
 */
export const NAMESPACE = 'jupyterlab_envcheck';

/**
 * Who knows which kernel is in front.
 */
export type IKernelFollower = KernelFollower;

/**
 * The token of who knows which kernel is in front.
 */
export const IKernelFollower = new Token<IKernelFollower>(
  'jupyterlab-envcheck:IKernelFollower',
  'Who knows which kernel is in front.'
);

/**
 * What is known of the environment of the kernel in front, what is planned, and what runs.
 */
export type IEnvcheckModel = EnvcheckModel;

/**
 * The token of the model, for extensions that want to show or use what it knows.
 */
export const IEnvcheckModel = new Token<IEnvcheckModel>(
  'jupyterlab-envcheck:IEnvcheckModel',
  'What is known of the environment of the kernel in front.'
);

/**
 * Who sees what cells this page has kernels run.
 */
export type IExecutions = Executions;

/**
 * The token of who sees what cells this page has kernels run.
 */
export const IExecutions = new Token<IExecutions>(
  'jupyterlab-envcheck:IExecutions',
  'Who sees what cells this page has kernels run.'
);
