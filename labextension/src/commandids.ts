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
  export const planAlternative = 'envcheck:plan-alternative';
  export const draftEnvironment = 'envcheck:draft-environment';
  export const planEnvironment = 'envcheck:plan-environment';
  export const goBack = 'envcheck:go-back';
  export const dropPlan = 'envcheck:drop-plan';
  export const install = 'envcheck:install';
  export const cancelJob = 'envcheck:cancel-job';
  export const undoJob = 'envcheck:undo-job';
  export const repair = 'envcheck:repair';
  export const freeUndo = 'envcheck:free-undo';
  export const useKernel = 'envcheck:use-kernel';
  export const restartKernel = 'envcheck:restart-kernel';
  export const dismiss = 'envcheck:dismiss';
  export const bringBack = 'envcheck:bring-back';
  export const bringAllBack = 'envcheck:bring-all-back';
  export const copyReport = 'envcheck:copy-report';
  export const copyRequest = 'envcheck:copy-request';
  export const openTab = 'envcheck:open-tab';
  export const openGuide = 'jupyterlab-envcheck:open-guide';
  export const settings = 'envcheck:settings';
  export const planPackage = 'envcheck:plan-package';
  export const otherVersion = 'envcheck:other-version';
  export const showUpdates = 'envcheck:show-updates';
  export const onlyUpdates = 'envcheck:only-updates';
  export const exportEnvironment = 'envcheck:export-environment';
  export const omit = 'envcheck:omit';
  export const restoreEnvironment = 'envcheck:restore-environment';
  export const mendCell = 'envcheck:mend-cell';
  export const runAgain = 'envcheck:run-cell-again';
  export const useMagic = 'envcheck:use-magic';
  export const closeLine = 'envcheck:close-line';
}
