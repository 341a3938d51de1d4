/**
 * The commands behind every button of the panel.
 *
 * They are in a file of their own so that components, which only name commands, need not bring in
 * what carries them out.
 */
export namespace CommandIDs {
  export const open = 'envcheck:open';
  export const look = 'envcheck:look';
  export const filter = 'envcheck:filter';
  export const copy = 'envcheck:copy';
  export const insertCell = 'envcheck:insert-cell';
  export const plan = 'envcheck:plan';
  export const dropPlan = 'envcheck:drop-plan';
  export const install = 'envcheck:install';
  export const cancelJob = 'envcheck:cancel-job';
  export const undoJob = 'envcheck:undo-job';
  export const restartKernel = 'envcheck:restart-kernel';
}
